-- +goose Up
ALTER TABLE room ADD COLUMN name text;

-- +goose Down
