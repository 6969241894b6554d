SET LOCAL lock_timeout = '2s';
CREATE VIEW open_orders AS SELECT id FROM orders WHERE status = 'open';
