-- Rollback:
--   ALTER TABLE orders DROP COLUMN customer;
ALTER TABLE orders ADD COLUMN customer text NOT NULL;
