DROP INDEX orders_customer_idx;
CREATE INDEX orders_customer_idx ON orders (customer_id, created_at DESC);
