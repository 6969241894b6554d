CREATE INDEX again ON orders (customer_id, created_at DESC);
