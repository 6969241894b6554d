DROP POLICY memo_own ON memo;
CREATE POLICY memo_own ON memo FOR SELECT TO shop_app USING (owner = current_user OR owner = 'all');
