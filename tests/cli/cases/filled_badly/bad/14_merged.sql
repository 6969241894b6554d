ALTER TABLE person ADD COLUMN story text;
UPDATE person SET story = b.story FROM biography b WHERE b.person_id = person.id;
DROP TABLE biography;
