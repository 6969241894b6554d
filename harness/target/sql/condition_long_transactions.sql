-- How long other sessions have had a transaction open, in seconds: a lock that a migration waits for is held until its end, and dead rows stay.
SELECT 'pid ' || a.pid || coalesce(' of "' || a.usename || '"', '') AS object,
       CASE WHEN a.query <> '<insufficient privilege>' THEN extract(epoch FROM clock_timestamp() - a.xact_start) END AS value,
       CASE WHEN a.query <> '<insufficient privilege>' THEN concat_ws(', ', nullif(a.application_name, ''), a.state, left(a.query, 200)) END AS note
FROM pg_stat_activity a
WHERE a.pid <> pg_backend_pid()
  AND a.datname = current_database()
  AND coalesce(a.application_name, '') NOT LIKE 'pgassay%'
  AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'background worker')
  AND (a.xact_start IS NOT NULL OR a.query = '<insufficient privilege>')
ORDER BY 2 DESC;
