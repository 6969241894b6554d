-- Indexes that no query has used since the statistics were reset, and that no constraint needs. A standby counts its own.
SELECT s.indexrelid::regclass::text AS index,
       s.relid::regclass::text AS "table",
       pg_size_pretty(pg_relation_size(s.indexrelid)) AS size,
       coalesce((SELECT d.stats_reset::date::text FROM pg_stat_database d WHERE d.datname = current_database()), 'the beginning') AS since
FROM pg_stat_user_indexes s
JOIN pg_index i ON i.indexrelid = s.indexrelid
WHERE s.idx_scan = 0
  AND NOT i.indisunique
  AND NOT i.indisexclusion
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = s.indexrelid)
ORDER BY pg_relation_size(s.indexrelid) DESC, 1
LIMIT 20;
