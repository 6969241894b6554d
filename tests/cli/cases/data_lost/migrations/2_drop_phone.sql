-- Rollback:
--   ALTER TABLE customers ADD COLUMN phone text;
ALTER TABLE customers DROP COLUMN phone;
