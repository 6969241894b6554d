-- Current lock waits on the database, and sessions that keep others out of a relation. Everybody may see locks.
SELECT 'pid ' || l.pid || ' waits for ' || l.mode || coalesce(' on ' || l.relation::regclass::text, '') || ', held by '
           || (SELECT string_agg(DISTINCT CASE WHEN p.pid = 0 THEN 'a prepared transaction' ELSE 'pid ' || p.pid END, ', ') FROM unnest(b.pids) p(pid))
           || coalesce((SELECT ' (' || string_agg(DISTINCT nullif(a.application_name, ''), ', ') || ')'
                        FROM pg_stat_activity a
                        WHERE a.pid = ANY (b.pids)), '') AS what
FROM pg_locks l
CROSS JOIN LATERAL (SELECT pg_blocking_pids(l.pid)) AS b(pids)
WHERE NOT l.granted
  AND l.pid IS NOT NULL
  AND l.pid <> pg_backend_pid()
  AND cardinality(b.pids) > 0
  AND (l.database IS NULL OR l.database IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))
UNION
SELECT 'pid ' || l.pid || ' holds ' || l.mode || ' on ' || l.relation::regclass::text
FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation
WHERE l.granted
  AND l.locktype = 'relation'
  AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND c.relkind IN ('r', 'p', 'm')
  AND c.relnamespace <> 'pg_catalog'::regnamespace
  AND c.oid >= 16384
ORDER BY 1;
