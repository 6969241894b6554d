-- Rollback:
--   DROP TABLE customer_with_plan, amount;
CREATE TABLE amount (amount int UNIQUE);
INSERT INTO amount (amount) SELECT DISTINCT amount FROM orders;
CREATE TABLE customer_with_plan (customer_id int PRIMARY KEY, plan_id int NOT NULL);
INSERT INTO customer_with_plan (customer_id, plan_id) SELECT id, plan_id FROM customer WHERE plan_id IS NOT NULL;
