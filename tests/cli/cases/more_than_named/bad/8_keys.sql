ALTER TABLE seat DROP COLUMN room;
ALTER TABLE member ADD COLUMN team int;
UPDATE member SET team = org;
ALTER TABLE member DROP COLUMN org;
