-- +goose Up
CREATE TABLE room (id int PRIMARY KEY);
