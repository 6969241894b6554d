CREATE TABLE customers (id bigint PRIMARY KEY, email text COLLATE "C" NOT NULL, tenant int NOT NULL);
CREATE TABLE orders (
    id bigint NOT NULL, tenant int NOT NULL, customer_id bigint NOT NULL, code text NOT NULL, status text NOT NULL,
    created_at timestamptz NOT NULL, total numeric NOT NULL, net numeric GENERATED ALWAYS AS (total / 2) STORED,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);
CREATE TABLE parts (id bigint PRIMARY KEY, order_id bigint NOT NULL);
CREATE INDEX orders_customer_idx ON orders (customer_id, created_at DESC);
CREATE INDEX orders_code_idx ON orders (code);
CREATE INDEX orders_late_idx ON orders (created_at) WHERE status IN ('open', 'late');
CREATE INDEX orders_status_idx ON orders (status);
CREATE INDEX customers_email_idx ON customers (email);
CREATE INDEX parts_order_idx ON parts (order_id);
CREATE FUNCTION norm(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN upper(t); END $$;
CREATE FUNCTION allowed(t int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN t > 0; END $$;
CREATE VIEW late AS SELECT * FROM orders WHERE status = 'late';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO pg_monitor;
