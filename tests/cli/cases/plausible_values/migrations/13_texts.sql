-- Rollback:
--   DROP TABLE town;
CREATE TABLE town (id integer PRIMARY KEY, area text NOT NULL, name text);
