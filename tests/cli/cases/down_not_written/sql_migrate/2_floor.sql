-- +migrate Up
ALTER TABLE room ADD COLUMN floor int;

-- +migrate Down
ALTER TABLE room DROP COLUMN floor;
