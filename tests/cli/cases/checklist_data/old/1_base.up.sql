CREATE TABLE customers (id int PRIMARY KEY, email text, code text, age text, n int);
CREATE TABLE orders (id int PRIMARY KEY, customer int);
