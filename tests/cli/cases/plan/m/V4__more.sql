CREATE INDEX by_status_and_time ON orders (status, created_at);
