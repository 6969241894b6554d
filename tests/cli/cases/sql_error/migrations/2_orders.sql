CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint REFERENCES customers (id)
);

INSERT INTO orders VALUES (1, 1);
CREATE INDEX ON orders (customer);
