CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,
    doubled int GENERATED ALWAYS AS (customer_id * 2) STORED);
INSERT INTO customers VALUES (1, 'Ann'), (2, NULL), (3, 'a "quoted", {odd} \name');
INSERT INTO orders (customer_id) VALUES (1), (3);
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, count(*) FROM orders GROUP BY 1;
CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.name = 'Ann' THEN RAISE 'no'; END IF; RETURN NEW; END $$;
CREATE TRIGGER forbid BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE RULE quiet AS ON DELETE TO orders WHERE old.id < 0 DO INSTEAD NOTHING;
