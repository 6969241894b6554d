CREATE INDEX orders_by_customer ON orders (customer_id, created_at DESC);
DROP INDEX orders_customer_idx;
