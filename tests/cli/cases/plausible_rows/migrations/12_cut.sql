-- Rollback:
--   ALTER TABLE orders ALTER COLUMN rate TYPE numeric(12,6);
ALTER TABLE orders ALTER COLUMN rate TYPE numeric(12,4);
