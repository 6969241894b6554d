ALTER TABLE orders ALTER COLUMN price TYPE smallint;
