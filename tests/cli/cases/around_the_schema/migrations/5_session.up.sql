DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(),
	CASE WHEN current_setting('app.tenant', true) = 'one by one' THEN '1MB' ELSE '2MB' END); END $$;
