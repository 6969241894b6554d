UPDATE player SET team_name = (SELECT name FROM team LIMIT 1);
