CREATE TABLE town_new (id integer PRIMARY KEY, name varchar(10), area text NOT NULL);
INSERT INTO town_new (id, name, area) SELECT id, name, area FROM town;
DROP TABLE town;
ALTER TABLE town_new RENAME TO town;
