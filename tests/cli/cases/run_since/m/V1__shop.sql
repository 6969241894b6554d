CREATE TABLE shop (id integer PRIMARY KEY, name text NOT NULL);
