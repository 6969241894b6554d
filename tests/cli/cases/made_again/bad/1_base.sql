CREATE ROLE shop_app NOLOGIN;
CREATE TABLE person_data (id int PRIMARY KEY, first text, last text);
CREATE VIEW person AS SELECT id, first || ' ' || last AS name FROM person_data;
CREATE FUNCTION person_ins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_data (id, first, last) VALUES (NEW.id, split_part(NEW.name, ' ', 1), split_part(NEW.name, ' ', 2));
  RETURN NEW;
END $$;
CREATE TRIGGER person_ins INSTEAD OF INSERT ON person FOR EACH ROW EXECUTE FUNCTION person_ins();
CREATE TABLE track (id int PRIMARY KEY, pos int NOT NULL, CONSTRAINT track_pos UNIQUE (pos) DEFERRABLE);
CREATE TABLE part (id int PRIMARY KEY, sku text NOT NULL CONSTRAINT part_sku UNIQUE);
CREATE TABLE memo (id int PRIMARY KEY, owner text NOT NULL);
ALTER TABLE memo ENABLE ROW LEVEL SECURITY;
CREATE POLICY memo_own ON memo TO shop_app USING (owner = current_user) WITH CHECK (owner = current_user);
GRANT SELECT, INSERT, UPDATE, DELETE ON memo TO shop_app;
CREATE TABLE log (id int PRIMARY KEY, line text);
CREATE TABLE host (id int PRIMARY KEY, name text);
CREATE FUNCTION host_lower() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := lower(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER host_lower BEFORE INSERT ON host FOR EACH ROW EXECUTE FUNCTION host_lower();
CREATE TABLE message (id int PRIMARY KEY, body text);
CREATE PUBLICATION live FOR TABLE message (id, body) WHERE (id > 0);
