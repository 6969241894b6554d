DROP TABLE legacy;
ALTER TABLE orders
    ALTER total TYPE numeric(12,2),
    ALTER note SET NOT NULL,
    DROP COLUMN state,
    ADD COLUMN by_whom text;
ALTER TYPE state ADD VALUE 'x: y';
DROP INDEX orders_total_idx;
DROP POLICY change ON orders;
CREATE POLICY add ON orders FOR INSERT WITH CHECK (id > 1);
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
CREATE TABLE archive (at date);
CREATE OR REPLACE FUNCTION total(int) RETURNS int LANGUAGE sql AS $$
SELECT $1 + 1;
$$;
ALTER TABLE customers DROP CONSTRAINT customers_pkey, ADD CONSTRAINT customers_pk PRIMARY KEY (id);
