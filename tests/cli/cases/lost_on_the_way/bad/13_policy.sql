DROP POLICY own ON memo;
CREATE POLICY write_only ON memo FOR INSERT WITH CHECK (true);
