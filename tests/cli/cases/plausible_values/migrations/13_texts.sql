-- Rollback:
--   DROP TABLE town;
CREATE TABLE town (id integer PRIMARY KEY, area text NOT NULL, name text, region_id integer, country_id integer NOT NULL);
