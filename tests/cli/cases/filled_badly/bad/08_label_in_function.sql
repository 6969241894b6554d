ALTER TYPE job_state RENAME VALUE 'open' TO 'started';
