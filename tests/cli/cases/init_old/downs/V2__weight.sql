ALTER TABLE parts ADD COLUMN weight int, ADD COLUMN price int;
