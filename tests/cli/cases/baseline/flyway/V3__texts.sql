-- Rollback: ALTER TABLE notes DROP COLUMN text;
ALTER TABLE notes ADD COLUMN text text NOT NULL DEFAULT '';
