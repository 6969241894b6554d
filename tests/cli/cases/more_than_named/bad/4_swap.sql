CREATE TABLE page_new (id bigint PRIMARY KEY, body text NOT NULL, changed timestamptz);
INSERT INTO page_new (id, body, changed) SELECT id, body, changed FROM page;
DROP TABLE page;
ALTER TABLE page_new RENAME TO page;
