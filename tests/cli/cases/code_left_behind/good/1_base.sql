CREATE ROLE accidents_reader NOLOGIN;
CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE task (id int PRIMARY KEY, state state NOT NULL DEFAULT 'new', closed_at timestamptz);
CREATE FUNCTION task_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'done' THEN NEW.closed_at := now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER task_close BEFORE INSERT OR UPDATE ON task FOR EACH ROW EXECUTE FUNCTION task_close();

CREATE TABLE room (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE fee (id int PRIMARY KEY, amount int NOT NULL);
GRANT SELECT, INSERT ON fee TO accidents_reader;

CREATE TYPE priority AS ENUM ('low', 'high');
CREATE TABLE job (id int PRIMARY KEY, priority priority NOT NULL DEFAULT 'low');

CREATE TABLE chat (id int PRIMARY KEY, message text NOT NULL);
GRANT SELECT, INSERT ON chat TO accidents_reader;
