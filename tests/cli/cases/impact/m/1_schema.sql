CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, n int);
CREATE TABLE roles (id int PRIMARY KEY, name text NOT NULL);
