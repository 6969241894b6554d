CREATE TABLE IF NOT EXISTS archive (name text);
INSERT INTO archive SELECT name FROM people;
