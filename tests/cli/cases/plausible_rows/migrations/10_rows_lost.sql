-- Rollback:
--   DELETE FROM customer c WHERE plan_id IS NULL AND NOT EXISTS (SELECT FROM orders WHERE customer_id = c.id);
--   COMMENT ON TABLE customer IS NULL;
COMMENT ON TABLE customer IS 'whoever pays';
