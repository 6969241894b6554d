ALTER TABLE item ADD COLUMN coins integer;
UPDATE item SET coins = price / 50;
ALTER TABLE item DROP COLUMN IF EXISTS price;
