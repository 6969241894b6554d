CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, created_at timestamptz NOT NULL);
CREATE INDEX by_customer ON orders (customer_id, created_at);
CREATE VIEW recent AS SELECT * FROM orders WHERE created_at > '2020-01-01';
