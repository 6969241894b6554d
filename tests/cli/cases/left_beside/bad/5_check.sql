ALTER TABLE deal DROP CONSTRAINT IF EXISTS deal_state_chk;
ALTER TABLE deal ADD CONSTRAINT deal_state_chk CHECK (state IN ('open', 'won', 'lost'));
