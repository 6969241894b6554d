CREATE TYPE job_level AS ENUM ('low', 'middle', 'high');
ALTER TABLE job DROP CONSTRAINT job_level_check;
ALTER TABLE job ALTER level TYPE job_level USING level::job_level;
