-- migrate:up
CREATE TABLE IF NOT EXISTS films (id bigint PRIMARY KEY, title text, last_update timestamptz NOT NULL DEFAULT now());
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.last_update := now();
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS touch ON films;
CREATE TRIGGER touch BEFORE UPDATE ON films FOR EACH ROW EXECUTE FUNCTION touch();

-- migrate:down
