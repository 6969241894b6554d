SET app.api_token = 'canary-setting';
DO $$ BEGIN RAISE NOTICE 'postgresql://app:canary-notice@db/shop password=canary-pair'; END $$;
CREATE SERVER s FOREIGN DATA WRAPPER nothing OPTIONS (host 'x', password 'canary-option');
