-- What somebody's reset makes: a constraint less, a row more, another name.
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, total numeric NOT NULL);
INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bert');
INSERT INTO orders VALUES (1, 1, 10), (2, 2, 20);
