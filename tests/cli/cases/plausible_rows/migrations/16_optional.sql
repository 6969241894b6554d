-- Rollback:
--   DROP TABLE customer_plan;

-- A customer without a plan is a customer still.
CREATE TABLE customer_plan (customer_id int PRIMARY KEY, plan_id int NOT NULL);
INSERT INTO customer_plan (customer_id, plan_id) SELECT id, plan_id FROM customer;
