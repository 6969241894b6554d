-- Rollback:
--   DROP TABLE hit, page;
CREATE TABLE hit (id serial PRIMARY KEY, page_id int);
CREATE TABLE page (id serial PRIMARY KEY, name text NOT NULL);
