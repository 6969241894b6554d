-- Rollback:
--   SELECT 1;
ALTER TABLE orders ADD COLUMN buyer text NOT NULL;
