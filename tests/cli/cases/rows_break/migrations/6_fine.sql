-- Rollback:
--   ALTER TABLE orders DROP COLUMN paid;
ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false;
