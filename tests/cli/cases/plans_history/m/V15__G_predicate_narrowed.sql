DROP INDEX orders_late_idx;
CREATE INDEX orders_late_idx ON orders (created_at) WHERE status = 'late' AND total > 100;
