-- Rollback:
--   ALTER TABLE hit DROP CONSTRAINT hit_pkey;
--   ALTER TABLE hit DROP COLUMN endpoint;
--   ALTER TABLE hit ADD PRIMARY KEY (at, token, call);
ALTER TABLE hit ADD COLUMN endpoint text NOT NULL DEFAULT '';
ALTER TABLE hit DROP CONSTRAINT hit_pkey;
ALTER TABLE hit ADD PRIMARY KEY (at, token, endpoint);
ALTER TABLE hit ALTER COLUMN call SET NOT NULL;
