CREATE TABLE log (at timestamptz, amount int);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (now(), NEW.amount); RETURN NEW; END $$;
CREATE TRIGGER note AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION note();
