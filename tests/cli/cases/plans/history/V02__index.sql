CREATE INDEX by_customer ON orders (customer_id, created_at DESC);
