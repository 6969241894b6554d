-- Rollback:
--   ALTER TABLE orders DROP COLUMN rate;
ALTER TABLE orders ADD COLUMN rate numeric(12,6);
