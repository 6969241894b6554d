CREATE TYPE job_state_new AS ENUM ('new', 'done');
ALTER TABLE job ALTER COLUMN state TYPE job_state_new
  USING (CASE state WHEN 'new' THEN 'new' WHEN 'running' THEN 'new' WHEN 'done' THEN 'done' END)::job_state_new;
DROP TYPE job_state;
ALTER TYPE job_state_new RENAME TO job_state;
