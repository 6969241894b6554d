-- The largest tables, with all that belongs to them. Rows as the server last knew them.
SELECT c.oid::regclass::text AS "table",
       pg_size_pretty(pg_total_relation_size(c.oid)) AS total,
       pg_size_pretty(pg_relation_size(c.oid)) AS rows_alone,
       pg_size_pretty(pg_indexes_size(c.oid)) AS indexes,
       CASE WHEN c.reltuples < 0 THEN 'unknown' ELSE c.reltuples::bigint::text END AS rows
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
ORDER BY pg_total_relation_size(c.oid) DESC, 1
LIMIT 20;
