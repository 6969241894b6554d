ALTER TABLE orders ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE orders_id_seq AS bigint;
ALTER TABLE lines ALTER COLUMN order_id TYPE bigint;
-- It was small from the beginning.
CREATE TABLE few (order_id int PRIMARY KEY REFERENCES orders);
-- An identity takes its sequence along; this one is meant to end.
CREATE TABLE identities (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
ALTER TABLE identities ALTER COLUMN id TYPE bigint;
CREATE SEQUENCE small AS int MAXVALUE 999;
CREATE TABLE numbered (number bigint PRIMARY KEY DEFAULT nextval('small'));
-- Closed by the next file.
ALTER TABLE parts ALTER COLUMN id TYPE integer;
