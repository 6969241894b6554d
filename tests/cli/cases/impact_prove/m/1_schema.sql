CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer REFERENCES customers (id));
CREATE TABLE parts (id bigint PRIMARY KEY, order_id bigint CONSTRAINT parts_order REFERENCES orders (id));
