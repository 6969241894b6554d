-- +goose Up
ALTER TABLE posts ADD COLUMN slug text;

-- +goose Down
ALTER TABLE posts DROP COLUMN slug;
