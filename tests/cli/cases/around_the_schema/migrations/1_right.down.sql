DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET lock_timeout', current_database()); END $$;
ALTER ROLE shop_app RESET work_mem; REVOKE shop_app FROM shop_report; SELECT lo_unlink(4711);
