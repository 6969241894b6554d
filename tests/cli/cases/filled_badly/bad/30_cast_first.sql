ALTER TABLE ware ADD COLUMN cents int;
UPDATE ware SET cents = price::int * 100;
ALTER TABLE ware DROP COLUMN price;
