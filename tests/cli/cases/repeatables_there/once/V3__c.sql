ALTER TABLE dataset ADD COLUMN owner text;
