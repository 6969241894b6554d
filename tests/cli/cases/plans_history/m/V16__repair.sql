DROP INDEX orders_late_idx;
CREATE INDEX orders_late_idx ON orders (created_at) WHERE status IN ('open', 'late');
