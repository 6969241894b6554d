-- +goose Up
ALTER TABLE room ADD COLUMN floor int;

-- +goose Down
ALTER TABLE room DROP COLUMN floor;
