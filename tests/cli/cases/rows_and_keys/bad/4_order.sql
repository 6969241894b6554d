CREATE TABLE person_new (id int PRIMARY KEY, last text NOT NULL, first text NOT NULL);
INSERT INTO person_new SELECT * FROM person;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
