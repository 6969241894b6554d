-- migrate:up
ALTER TABLE notes ADD COLUMN archived boolean NOT NULL DEFAULT false;
DELETE FROM notes WHERE written < now() - interval '1 year' OR body <> '';

-- migrate:down
ALTER TABLE notes DROP COLUMN archived;
