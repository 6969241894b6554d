ALTER TABLE doc DISABLE TRIGGER USER;
UPDATE doc SET body = trim(body);
ALTER TABLE doc ENABLE TRIGGER USER;
-- This one is to be off.
ALTER TABLE part DISABLE RULE part_log;
