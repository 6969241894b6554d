CREATE TABLE bot (id uuid PRIMARY KEY, name text);
CREATE TABLE dossier (id uuid PRIMARY KEY, bot_id uuid NOT NULL, path text NOT NULL);
