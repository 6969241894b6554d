SET LOCAL lock_timeout = '2s';
ALTER TABLE notes RENAME COLUMN body TO words;
