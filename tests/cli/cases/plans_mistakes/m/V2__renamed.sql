CREATE TABLE log (id bigint PRIMARY KEY, line text);

ALTER TABLE orders RENAME COLUMN status TO state;
ALTER INDEX orders_by_customer RENAME TO orders_of_customer;
