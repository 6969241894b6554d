CREATE TABLE person_phone (person_id int NOT NULL REFERENCES person, number text NOT NULL);
INSERT INTO person_phone SELECT id, phone FROM person WHERE phone IS NOT NULL AND is_vip;
ALTER TABLE person DROP COLUMN phone;
