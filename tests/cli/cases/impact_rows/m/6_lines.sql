CREATE TABLE lines (id integer PRIMARY KEY, order_id bigint REFERENCES orders);
