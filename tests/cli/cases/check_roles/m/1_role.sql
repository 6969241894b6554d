-- +goose Up
CREATE ROLE pgassay_gate_test NOLOGIN;
-- +goose Down
DROP ROLE pgassay_gate_test;
