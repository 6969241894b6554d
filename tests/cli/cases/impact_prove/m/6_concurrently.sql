CREATE INDEX CONCURRENTLY orders_text ON orders (text);
