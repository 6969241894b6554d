CREATE TABLE post_tag (post_id int NOT NULL REFERENCES post, tag text);
INSERT INTO post_tag SELECT p.id, t FROM post p, unnest(p.tags) t;
ALTER TABLE post DROP COLUMN tags;
