CREATE TABLE post_tag (post_id int NOT NULL REFERENCES post, tag text);
INSERT INTO post_tag SELECT id, tags[1] FROM post WHERE tags <> '{}';
ALTER TABLE post DROP COLUMN tags;
