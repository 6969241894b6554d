ALTER TABLE deal DROP CONSTRAINT IF EXISTS deal_state_check;
ALTER TABLE deal ADD CONSTRAINT deal_state_chk CHECK (state IN ('open', 'won', 'lost'));
-- Narrower than the one that is there.
ALTER TABLE deal ADD CONSTRAINT deal_state_now CHECK (state IN ('won', 'lost'));
