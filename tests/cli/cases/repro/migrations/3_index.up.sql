CREATE INDEX orders_customer ON orders (customer_id); CREATE TABLE tags (id int);
