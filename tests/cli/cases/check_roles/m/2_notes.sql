-- +goose Up
CREATE TABLE notes (id int PRIMARY KEY);
GRANT SELECT ON notes TO pgassay_gate_test;
-- +goose Down
DROP TABLE notes;
