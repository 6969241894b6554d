-- Deploy books:authors to pg

BEGIN;

CREATE TABLE library.authors (id serial PRIMARY KEY, name text NOT NULL, born date);

COMMIT;
