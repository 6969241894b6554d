CREATE TABLE customers (id int);
CREATE TABLE orders (id nothing);
