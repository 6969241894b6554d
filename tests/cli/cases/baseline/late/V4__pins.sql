-- Rollback: ALTER TABLE notes DROP COLUMN pinned;
ALTER TABLE notes ADD COLUMN pinned boolean NOT NULL DEFAULT false;
