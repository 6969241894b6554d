CREATE TABLE person_new (id int PRIMARY KEY, last text NOT NULL, first text NOT NULL);
INSERT INTO person_new (id, first, last) SELECT id, first, last FROM person;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
