CREATE TABLE town_new (id integer PRIMARY KEY, name varchar(10), area text NOT NULL, region_id integer, country_id integer NOT NULL);
INSERT INTO town_new (id, name, area, region_id, country_id) SELECT id, name, area, region_id, country_id FROM town;
DROP TABLE town;
ALTER TABLE town_new RENAME TO town;
