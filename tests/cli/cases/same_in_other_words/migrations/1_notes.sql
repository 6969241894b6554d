-- migrate:up
CREATE TABLE members (team integer, person integer);
CREATE TABLE notes (
  id integer PRIMARY KEY,
  team integer NOT NULL,
  made timestamptz NOT NULL DEFAULT now(),
  day date NOT NULL DEFAULT CURRENT_DATE,
  seen timestamptz CHECK (seen <= CURRENT_TIMESTAMP)
);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (EXISTS (SELECT 1 FROM members AS m WHERE m.team = notes.team AND m.person = 1));
CREATE VIEW latest AS SELECT n.id, n.made FROM notes n WHERE n.made > now() - interval '1 day';
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER late BEFORE UPDATE ON notes FOR EACH ROW WHEN (NEW.made < now()) EXECUTE FUNCTION nothing();

-- migrate:down
DROP TABLE notes, members CASCADE;
DROP FUNCTION nothing();
