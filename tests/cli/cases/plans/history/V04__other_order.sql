DROP INDEX again;
CREATE INDEX ordered ON orders (created_at DESC, customer_id);
