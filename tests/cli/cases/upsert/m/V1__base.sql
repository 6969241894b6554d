CREATE TABLE feature (code text PRIMARY KEY, enabled boolean NOT NULL DEFAULT false, note text);
INSERT INTO feature VALUES ('beta', true, 'tried'), ('old', true, NULL);
CREATE TABLE plan (id serial PRIMARY KEY, code text NOT NULL UNIQUE, price int);
INSERT INTO plan (code, price) VALUES ('free', 0), ('team', 10);
