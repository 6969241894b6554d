ALTER TABLE person ADD COLUMN portrait text;
UPDATE person SET portrait = p.url FROM portrait p WHERE p.person_id = person.id;
DROP TABLE portrait;
