CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE orders (id int PRIMARY KEY, note text, total numeric(10,2) NOT NULL DEFAULT 0, state state);
CREATE INDEX orders_note_idx ON orders (note);
CREATE INDEX orders_total_idx ON orders (total);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON orders FOR SELECT USING (id > 0);
CREATE POLICY change ON orders FOR UPDATE USING (true);
CREATE TABLE legacy (id int);
CREATE TABLE customers (id int, CONSTRAINT customers_pkey PRIMARY KEY (id));
CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS $$
SELECT $1;
$$;
