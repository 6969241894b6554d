-- Sessions that wait for a lock of another one, each with the holders. Everybody may see locks. A prepared transaction has no session: its pid is 0.
SELECT DISTINCT 'pid ' || l.pid AS object,
       1 AS value,
       'waits for ' || l.mode || coalesce(' on ' || l.relation::regclass::text, '') || ', held by '
           || (SELECT string_agg(DISTINCT CASE WHEN p.pid = 0 THEN 'a prepared transaction' ELSE 'pid ' || p.pid END, ', ') FROM unnest(b.pids) p(pid)) AS note
FROM pg_locks l
CROSS JOIN LATERAL (SELECT pg_blocking_pids(l.pid)) AS b(pids)
WHERE NOT l.granted
  AND l.pid IS NOT NULL
  AND l.pid <> pg_backend_pid()
  AND cardinality(b.pids) > 0
  AND (l.database IS NULL OR l.database IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))
ORDER BY 1;
