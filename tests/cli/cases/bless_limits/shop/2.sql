ALTER TABLE a_jobs ADD COLUMN more int;
