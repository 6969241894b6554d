-- +goose Up
CREATE TABLE posts (id bigint PRIMARY KEY, title text NOT NULL);

-- +goose Down
DROP TABLE posts;
