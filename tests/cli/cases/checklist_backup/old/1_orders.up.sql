CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text, note text, changed timestamptz DEFAULT now());
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := clock_timestamp(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE lines (order_id int NOT NULL REFERENCES orders, amount numeric(10, 2));
