DROP POLICY own ON memo;
CREATE POLICY mine ON memo FOR SELECT USING (owner = session_user);
