SET LOCAL lock_timeout = '2s';
DO $$ BEGIN EXECUTE format('ALTER TABLE %I ALTER COLUMN body TYPE varchar(100000)', 'notes'); END $$;
