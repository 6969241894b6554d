CREATE TYPE job_state AS ENUM ('open', 'closed');
ALTER TABLE job DROP CONSTRAINT job_state;
ALTER TABLE job ALTER state TYPE job_state USING state::job_state;
