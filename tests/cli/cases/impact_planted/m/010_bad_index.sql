SET LOCAL lock_timeout = '2s';
CREATE INDEX orders_status ON orders (status);
