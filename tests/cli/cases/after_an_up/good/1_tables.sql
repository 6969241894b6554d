CREATE TABLE contact (id serial PRIMARY KEY, phone varchar(50) NOT NULL, updated_at timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := '2000-01-01'; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION touch();
