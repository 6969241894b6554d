-- +goose Up
ALTER TABLE notes ADD COLUMN text text NOT NULL;
-- +goose Down
ALTER TABLE notes DROP COLUMN text;
