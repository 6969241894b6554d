DROP VIEW person;
CREATE VIEW person AS SELECT id, concat_ws(' ', first, last) AS name FROM person_data;
