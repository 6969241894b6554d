-- How long other sessions have done nothing in an open transaction, in seconds.
SELECT 'pid ' || a.pid || coalesce(' of "' || a.usename || '"', '') AS object,
       CASE WHEN a.query <> '<insufficient privilege>' THEN extract(epoch FROM clock_timestamp() - a.state_change) END AS value,
       CASE WHEN a.query <> '<insufficient privilege>' THEN concat_ws(', ', nullif(a.application_name, ''), 'last: ' || left(a.query, 200)) END AS note
FROM pg_stat_activity a
WHERE a.pid <> pg_backend_pid()
  AND a.datname = current_database()
  AND coalesce(a.application_name, '') NOT LIKE 'pgassay%'
  AND (a.state LIKE 'idle in transaction%' OR a.query = '<insufficient privilege>')
ORDER BY 2 DESC;
