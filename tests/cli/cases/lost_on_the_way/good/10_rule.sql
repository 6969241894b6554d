ALTER TABLE part ENABLE RULE part_log;
ALTER TABLE part ADD COLUMN note text;
