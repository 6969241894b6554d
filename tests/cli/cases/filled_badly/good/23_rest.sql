ALTER TABLE seat ADD COLUMN coins integer, ADD COLUMN tons numeric, ADD COLUMN boxes integer;
-- The column that is divided stays.
UPDATE seat SET coins = place / 50;
-- Meant, or with the rest.
UPDATE seat SET boxes = trunc(room / 12), tons = room / 1000.0;
ALTER TABLE seat DROP COLUMN room;
