-- Rollback: DROP VIEW totals;
CREATE OR REPLACE VIEW totals AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
