-- All, but for those that say nothing; of equal ones, one.
CREATE TABLE phone (number text PRIMARY KEY);
INSERT INTO phone SELECT DISTINCT phone FROM person WHERE phone IS NOT NULL AND trim(phone) <> '';
ALTER TABLE person DROP COLUMN phone;
