CREATE TABLE deposit (id serial PRIMARY KEY, sender bytea NOT NULL);
