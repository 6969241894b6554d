SET LOCAL lock_timeout = '2s';
COMMENT ON TABLE orders IS 'what customers want';
DROP INDEX orders_status;
