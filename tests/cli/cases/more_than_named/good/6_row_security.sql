CREATE TABLE note_new (id bigint PRIMARY KEY, owner text NOT NULL);
INSERT INTO note_new (id, owner) SELECT id, owner FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (owner = current_user);
