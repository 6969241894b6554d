-- migrate:up
ALTER TABLE notes ADD COLUMN archived boolean NOT NULL DEFAULT false;

-- migrate:down
ALTER TABLE notes DROP COLUMN archived;
