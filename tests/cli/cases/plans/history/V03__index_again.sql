ALTER TABLE orders ADD note text;
DROP INDEX by_customer;
CREATE INDEX again ON orders (customer_id, created_at DESC);
