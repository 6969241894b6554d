DROP FUNCTION host_lower() CASCADE;
CREATE FUNCTION host_lower() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := lower(trim(NEW.name)); RETURN NEW; END $$;
CREATE TRIGGER host_lower BEFORE INSERT ON host FOR EACH ROW EXECUTE FUNCTION host_lower();
CREATE TABLE message_new (LIKE message INCLUDING ALL);
INSERT INTO message_new SELECT * FROM message;
DROP TABLE message;
ALTER TABLE message_new RENAME TO message;
ALTER PUBLICATION live ADD TABLE message;
