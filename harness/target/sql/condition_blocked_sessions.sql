-- Sessions that wait for a lock of another one, each with the holders. Everybody may see locks.
SELECT DISTINCT 'pid ' || l.pid AS object,
       1 AS value,
       'waits for ' || l.mode || coalesce(' on ' || l.relation::regclass::text, '') || ', held by pid '
           || array_to_string(pg_blocking_pids(l.pid), ', ') AS note
FROM pg_locks l
WHERE NOT l.granted
  AND l.pid IS NOT NULL
  AND l.pid <> pg_backend_pid()
  AND (l.database IS NULL OR l.database IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))
ORDER BY 1;
