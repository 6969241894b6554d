ALTER TABLE contact RENAME updated_at TO changed_at;
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_at := '2000-01-01'; RETURN NEW; END $$;
