CREATE TABLE keys (id int PRIMARY KEY);
GRANT SELECT ON keys TO closed_app;
DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()); END $$;
