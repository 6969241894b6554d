CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), total numeric NOT NULL);
CREATE TABLE untouched (id bigint PRIMARY KEY);
CREATE VIEW paid AS SELECT id, total FROM orders WHERE total = 0;
