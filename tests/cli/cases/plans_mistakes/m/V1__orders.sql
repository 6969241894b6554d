CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, status text NOT NULL);
CREATE INDEX orders_by_customer ON orders (customer_id);
