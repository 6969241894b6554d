CREATE TABLE split (id text PRIMARY KEY, metadata text NOT NULL, size text, price numeric(10,2), tax numeric(10,2));
CREATE TABLE letter (id serial PRIMARY KEY, body text, tags text, reference varchar(60));
