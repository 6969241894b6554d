-- +migrate Up
CREATE FUNCTION job_count() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT count(*) FROM jobs);
END $$;
-- +migrate Down
DROP FUNCTION job_count();
