ALTER TABLE team ADD COLUMN uid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
ALTER TABLE player ADD COLUMN team_uid uuid REFERENCES team (uid), ADD COLUMN mentor_uid uuid, DROP COLUMN team_id;
