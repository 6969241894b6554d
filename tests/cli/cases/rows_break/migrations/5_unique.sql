-- Rollback:
--   DROP INDEX orders_amount;
CREATE UNIQUE INDEX orders_amount ON orders (amount);
