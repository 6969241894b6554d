DROP VIEW totals;
CREATE VIEW totals AS SELECT total, customer_id FROM orders;
