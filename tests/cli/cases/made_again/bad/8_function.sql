DROP FUNCTION host_lower() CASCADE;
CREATE FUNCTION host_lower() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := lower(trim(NEW.name)); RETURN NEW; END $$;
