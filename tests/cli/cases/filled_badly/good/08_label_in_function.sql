ALTER TYPE job_state RENAME VALUE 'open' TO 'started';
CREATE OR REPLACE FUNCTION open_jobs() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT count(*) FROM job WHERE state = 'started'
$$;
