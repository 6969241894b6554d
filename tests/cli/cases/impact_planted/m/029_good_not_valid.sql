SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total IS NOT NULL) NOT VALID;
