-- migrate:up
CREATE TABLE films (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  minutes integer,
  last_update timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE film_log (film bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.last_update := now();
  RETURN NEW;
END $$;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO film_log (film) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER touch BEFORE UPDATE ON films FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch();
CREATE TRIGGER note AFTER UPDATE ON films FOR EACH ROW EXECUTE FUNCTION note();
CREATE TABLE kinds (name text PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO kinds (name) VALUES ('drama'), ('western');

-- migrate:down
DROP TABLE kinds, film_log, films;
DROP FUNCTION touch(), note();
