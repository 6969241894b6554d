-- Rollback:
--   DROP TABLE event, orders, customer, plan;
CREATE TABLE plan (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE customer (id serial PRIMARY KEY, login text NOT NULL, plan_id int);
CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL, amount int NOT NULL, price numeric(8,2), total int);
CREATE TABLE event (id int PRIMARY KEY, payload text);
