ALTER TABLE sale ADD COLUMN price int;
