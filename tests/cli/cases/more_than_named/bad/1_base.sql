CREATE TABLE book (id int PRIMARY KEY, title text NOT NULL, shelf text NOT NULL);
CREATE VIEW book_list AS SELECT id, title, shelf FROM book;

CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE diary (id int PRIMARY KEY, mood mood NOT NULL);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := now();
  RETURN NEW;
END $$;
CREATE TABLE page (id int PRIMARY KEY, body text NOT NULL, changed timestamptz);
CREATE TRIGGER page_touch BEFORE INSERT OR UPDATE ON page FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE memo (id int PRIMARY KEY, changed timestamptz);
CREATE TRIGGER memo_touch BEFORE UPDATE ON memo FOR EACH ROW EXECUTE FUNCTION touch();
CREATE INDEX page_body ON page (body);

CREATE TABLE dept (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE emp (id int PRIMARY KEY, dept_id int NOT NULL REFERENCES dept (id));
CREATE VIEW dept_names AS SELECT name FROM dept;

CREATE TABLE note (id int PRIMARY KEY, owner text NOT NULL);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (owner = current_user);

CREATE TABLE lang (code text PRIMARY KEY);
CREATE TABLE film (id int PRIMARY KEY, lang text REFERENCES lang (code));

CREATE TABLE seat (id int PRIMARY KEY, room int NOT NULL, line int NOT NULL, place int NOT NULL, UNIQUE (room, line, place));
CREATE TABLE member (id int PRIMARY KEY, org int NOT NULL, person int NOT NULL);
CREATE UNIQUE INDEX member_once ON member (org, person);
CREATE TABLE vote (id int PRIMARY KEY, person int NOT NULL, answer int NOT NULL, UNIQUE (person, answer));
