CREATE TABLE note_new (id bigint PRIMARY KEY, owner text NOT NULL);
INSERT INTO note_new (id, owner) SELECT id, owner FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
