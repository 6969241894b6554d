CREATE TABLE kinds (id integer PRIMARY KEY, name text NOT NULL);
