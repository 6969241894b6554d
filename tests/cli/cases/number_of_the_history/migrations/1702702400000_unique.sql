-- Up Migration
ALTER TABLE users ADD CONSTRAINT users_guid_key UNIQUE (guid);
-- Down Migration
ALTER TABLE users DROP CONSTRAINT users_guid_key;
