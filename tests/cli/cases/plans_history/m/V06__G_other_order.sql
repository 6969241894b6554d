DROP INDEX orders_customer_idx;
CREATE INDEX orders_customer_idx ON orders (created_at DESC, customer_id);
