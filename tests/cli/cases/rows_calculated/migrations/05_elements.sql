CREATE TABLE letter_tag (letter_id integer REFERENCES letter, tag text);
INSERT INTO letter_tag SELECT l.id, t FROM letter l, jsonb_array_elements_text(l.tags::jsonb) t;
