-- Rollback:
--   ALTER TABLE orders DROP COLUMN total_cents;
ALTER TABLE orders ADD COLUMN total_cents int;
UPDATE orders SET total_cents = amount * 1000;
