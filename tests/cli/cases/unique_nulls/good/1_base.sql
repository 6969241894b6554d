CREATE TABLE usr (id serial PRIMARY KEY, nick text UNIQUE);
CREATE TABLE account (id serial PRIMARY KEY, tier text);
