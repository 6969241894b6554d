ALTER TABLE team ADD COLUMN uid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
ALTER TABLE player ADD COLUMN team_uid uuid REFERENCES team (uid), ADD COLUMN mentor_uid uuid;
UPDATE player SET team_uid = uid FROM team WHERE team.id = team_id;
ALTER TABLE player DROP COLUMN team_id;
ALTER TABLE biography ADD COLUMN ghost_uid uuid, DROP COLUMN person_id;
