DROP TABLE shop.export_jobs, shop.settings;
DROP POLICY own ON shop.import_jobs;
ALTER TABLE shop.import_jobs DISABLE ROW LEVEL SECURITY;
DROP INDEX shop.import_jobs_customer;
