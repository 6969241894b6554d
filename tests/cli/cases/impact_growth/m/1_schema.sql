CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, total numeric(10,2), placed timestamp);
CREATE TABLE parts (id bigint PRIMARY KEY, order_id bigint, amount int);
CREATE TABLE kinds (id int PRIMARY KEY, name text);
INSERT INTO kinds VALUES (1, 'a'), (2, 'b');
