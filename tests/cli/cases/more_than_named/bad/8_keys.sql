ALTER TABLE seat DROP COLUMN room;
ALTER TABLE member ADD COLUMN team int;
UPDATE member SET team = org;
-- A key on new columns alone says nothing about the others.
ALTER TABLE member ADD COLUMN number serial UNIQUE;
ALTER TABLE member DROP COLUMN org;
