CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE DOMAIN quantity AS int;
CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(20) NOT NULL, email text, born timestamp, mood mood);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, code text, status varchar(10), total numeric(10,2) NOT NULL, n int NOT NULL, m int NOT NULL,
  amount quantity, note text, placed timestamptz);
CREATE INDEX orders_code ON orders (code);
CREATE TABLE parts (id bigint NOT NULL, order_id bigint NOT NULL, label text NOT NULL);
CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id), part text);
CREATE TABLE notes (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id), body text);
CREATE TABLE tags (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), tag text);
CREATE TABLE logs (id bigint PRIMARY KEY, line text, at timestamptz);
CREATE TABLE events (k int NOT NULL, w text) PARTITION BY RANGE (k);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (-2147483648) TO (2000000000);
CREATE TABLE events_1 (k int NOT NULL CHECK (k >= 2000000000 AND k < 2000000010), w text);
CREATE TABLE events_2 (k int NOT NULL CHECK (k >= 2000000010 AND k < 2000000020), w text);
CREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;
CREATE UNIQUE INDEX totals_id ON totals (id);
