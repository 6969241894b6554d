DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 7000', current_database()); END $$;
ALTER ROLE shop_app SET work_mem = '64MB'; GRANT shop_app TO shop_report; SELECT lo_create(4711); SET app.tenant = 'one by one';
