-- Builds of indexes, VACUUM, CLUSTER and VACUUM FULL that are running: a migration on the same table waits for them, or they for it.
SELECT 'pid ' || p.pid AS object,
       1 AS value,
       p.what || coalesce(' on ' || p.relid::regclass::text, '') AS note
FROM (SELECT pid, datname, relid, 'CREATE INDEX' AS what FROM pg_stat_progress_create_index
      UNION ALL
      SELECT pid, datname, relid, 'VACUUM' FROM pg_stat_progress_vacuum
      UNION ALL
      SELECT pid, datname, relid, 'CLUSTER or VACUUM FULL' FROM pg_stat_progress_cluster) p
WHERE p.datname = current_database()
ORDER BY 1;
