ALTER TABLE untouched ADD COLUMN note text;
