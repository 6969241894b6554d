DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 8000', current_database()); END $$;
