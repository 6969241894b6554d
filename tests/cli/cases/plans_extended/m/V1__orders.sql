CREATE TABLE orders (id bigint PRIMARY KEY, city text NOT NULL, zip text NOT NULL, note text);
CREATE INDEX orders_city ON orders (city);
CREATE STATISTICS orders_place ON city, zip FROM orders;
