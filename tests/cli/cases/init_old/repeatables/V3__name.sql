ALTER TABLE sets ADD COLUMN name text;
