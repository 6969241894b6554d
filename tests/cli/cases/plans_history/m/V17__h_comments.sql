COMMENT ON TABLE orders IS 'what is bought'; COMMENT ON INDEX orders_late_idx IS 'for the reminder';
