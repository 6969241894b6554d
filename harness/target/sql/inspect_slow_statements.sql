-- The statements of this database that took most of the time. Only where pg_stat_statements is installed, in a schema of the search path.
SELECT left(regexp_replace(s.query, '\s+', ' ', 'g'), 100) AS statement,
       s.calls,
       round(s.total_exec_time::numeric / 1000, 1) || ' s' AS total,
       round(s.mean_exec_time::numeric, 2) || ' ms' AS mean,
       s.rows
FROM pg_stat_statements(true) s
WHERE s.dbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
ORDER BY s.total_exec_time DESC, 1
LIMIT 20;
