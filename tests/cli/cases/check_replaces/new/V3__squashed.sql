CREATE TABLE orders (id int PRIMARY KEY, note text, state text NOT NULL DEFAULT 'new');
CREATE TABLE states (name text PRIMARY KEY);
INSERT INTO states VALUES ('done'), ('new');
