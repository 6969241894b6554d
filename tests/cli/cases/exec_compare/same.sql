-- The same database in other words.
CREATE TABLE orders (total numeric NOT NULL CONSTRAINT orders_total_check CHECK (total >= 0), customer_id int NOT NULL, id int PRIMARY KEY);
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
COPY orders FROM stdin;
10	1	1
\.
INSERT INTO customers VALUES (2, 'Bob'), (1, 'Ada');
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
