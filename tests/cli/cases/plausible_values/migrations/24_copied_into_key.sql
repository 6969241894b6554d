-- Only the new table has the key.
CREATE TABLE file (bot_id uuid NOT NULL REFERENCES bot (id), path text NOT NULL, PRIMARY KEY (bot_id, path));
INSERT INTO file (bot_id, path) SELECT d.bot_id, d.path FROM dossier d ON CONFLICT DO NOTHING;
