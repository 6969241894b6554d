-- Rollback:
--   DROP TABLE price;

-- Without DISTINCT, and orders stay: many orders have one price.
CREATE TABLE price (amount bigint UNIQUE);
INSERT INTO price (amount) SELECT price FROM orders WHERE price IS NOT NULL;
