ALTER TABLE bill ALTER COLUMN weight TYPE numeric(10,3) USING weight / 1000;
