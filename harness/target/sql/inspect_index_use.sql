-- The indexes that are used most, and how many rows a scan gives.
SELECT s.indexrelid::regclass::text AS index,
       s.relid::regclass::text AS "table",
       s.idx_scan AS scans,
       s.idx_tup_read AS entries_read,
       pg_size_pretty(pg_relation_size(s.indexrelid)) AS size
FROM pg_stat_user_indexes s
WHERE s.idx_scan > 0
ORDER BY s.idx_scan DESC, 1
LIMIT 20;
