ALTER TABLE deal ADD CONSTRAINT deal_colour CHECK (colour IN ('red', 'NULL', 'blue') OR colour IS NULL);
