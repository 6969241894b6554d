CREATE TABLE usr (id serial PRIMARY KEY, nick text UNIQUE);
