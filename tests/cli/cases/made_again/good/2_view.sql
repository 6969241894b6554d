DROP VIEW person;
CREATE VIEW person AS SELECT id, concat_ws(' ', first, last) AS name FROM person_data;
CREATE TRIGGER person_ins INSTEAD OF INSERT ON person FOR EACH ROW EXECUTE FUNCTION person_ins();
