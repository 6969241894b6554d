-- migrate:up
ALTER TABLE films ADD COLUMN short boolean;
UPDATE films SET short = minutes < 60;

-- migrate:down
ALTER TABLE films DROP COLUMN short;
