CREATE TABLE account (id serial PRIMARY KEY, email text NOT NULL);
CREATE VIEW session AS SELECT id, email FROM account;
CREATE TABLE visit (id serial PRIMARY KEY, page text);
CREATE TABLE note (id serial PRIMARY KEY, body text);
CREATE INDEX by_email ON account (email);
