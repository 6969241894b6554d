-- Rollback:
--   ALTER TABLE orders ALTER COLUMN price TYPE numeric(8,2) USING price / 100.0;
ALTER TABLE orders ALTER COLUMN price TYPE bigint USING (price * 100)::bigint;
