ALTER TABLE deal ADD CONSTRAINT deal_colour CHECK (colour IN ('red', 'blue', NULL));
