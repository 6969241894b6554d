DROP POLICY memo_own ON memo;
CREATE POLICY memo_own ON memo FOR SELECT TO shop_app USING (owner = current_user OR owner = 'all');
CREATE POLICY memo_new ON memo FOR INSERT TO shop_app WITH CHECK (owner = current_user);
CREATE POLICY memo_change ON memo FOR UPDATE TO shop_app USING (owner = current_user);
CREATE POLICY memo_end ON memo FOR DELETE TO shop_app USING (owner = current_user);
