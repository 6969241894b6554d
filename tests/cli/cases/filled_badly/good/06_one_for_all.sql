UPDATE player SET team_name = (SELECT name FROM team WHERE team.id = player.team_id LIMIT 1);
-- One team for all, and it says which.
UPDATE player SET team_id = (SELECT id FROM team ORDER BY id LIMIT 1) WHERE team_name = '';
-- The name means one team, though nothing says so.
UPDATE player SET team_id = (SELECT id FROM team WHERE name = 'a' LIMIT 1) WHERE team_name = 'a';
