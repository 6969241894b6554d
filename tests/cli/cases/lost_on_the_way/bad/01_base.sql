CREATE ROLE lost_reader NOLOGIN;
CREATE TYPE ticket_state AS ENUM ('open', 'waiting', 'closed', 'spam');
CREATE TABLE ticket (id serial PRIMARY KEY, state ticket_state NOT NULL);
CREATE TYPE job_state AS ENUM ('new', 'running', 'done');
CREATE TABLE job (id serial PRIMARY KEY, state job_state);
CREATE TABLE person (id serial PRIMARY KEY, name text NOT NULL, phone text, nick text, is_vip boolean NOT NULL);
CREATE TABLE post (id serial PRIMARY KEY, title text NOT NULL, tags text[] NOT NULL);
CREATE TABLE message (id serial PRIMARY KEY, body text, sent_at timestamptz);
CREATE TABLE invoice (id serial PRIMARY KEY, total numeric(12,2) NOT NULL);
CREATE TABLE invoice_sum (invoice_id int PRIMARY KEY REFERENCES invoice, amount numeric(12,2) NOT NULL);
CREATE TABLE doc (id serial PRIMARY KEY, body text NOT NULL, words int NOT NULL DEFAULT 0);
CREATE FUNCTION doc_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.words := length(NEW.body);
  RETURN NEW;
END $$;
CREATE TRIGGER doc_count BEFORE INSERT OR UPDATE ON doc FOR EACH ROW EXECUTE FUNCTION doc_words();
CREATE TABLE part (id serial PRIMARY KEY, doc_id int NOT NULL REFERENCES doc);
CREATE RULE part_log AS ON DELETE TO part DO ALSO NOTIFY part_gone;
CREATE TABLE place (id serial PRIMARY KEY, lat double precision, seen timestamptz, opens time);
CREATE TABLE booking (id serial PRIMARY KEY, starts_at timestamptz NOT NULL, made_at timestamp);
CREATE TABLE memo (id serial PRIMARY KEY, owner text NOT NULL);
ALTER TABLE memo ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON memo USING (owner = current_user);
CREATE TABLE salary (id serial PRIMARY KEY, owner text NOT NULL);
ALTER TABLE salary ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON salary USING (owner = current_user);
GRANT SELECT ON memo, salary TO lost_reader;
