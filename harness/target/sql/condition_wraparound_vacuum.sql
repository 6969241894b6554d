-- Autovacuums that prevent wraparound: one of these does not give way to a migration that wants a lock on its table.
SELECT 'pid ' || a.pid AS object,
       CASE WHEN a.query <> '<insufficient privilege>' THEN 1 END AS value,
       nullif(left(a.query, 200), '<insufficient privilege>') AS note
FROM pg_stat_activity a
WHERE a.datname = current_database()
  AND coalesce(a.backend_type, 'autovacuum worker') = 'autovacuum worker'
  AND (a.query LIKE '%to prevent wraparound%' OR a.query = '<insufficient privilege>')
ORDER BY 1;
