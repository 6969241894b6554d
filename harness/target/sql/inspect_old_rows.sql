-- Tables with a time whose oldest rows, by the statistics of ANALYZE, are more than 90 days old; columns of times only.
SELECT format('%I.%I', s.schemaname, s.tablename) AS "table",
       s.attname::text AS "column",
       (s.histogram_bounds::text::text[])[1]::timestamptz::date::text AS oldest,
       pg_size_pretty(pg_total_relation_size(c.oid)) AS size
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
WHERE a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
  AND s.histogram_bounds IS NOT NULL
  AND (s.histogram_bounds::text::text[])[1] NOT IN ('infinity', '-infinity')
  AND n.nspname !~ '^pg_'
  AND CASE WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
           THEN (s.histogram_bounds::text::text[])[1]::timestamptz < now() - interval '90 days' END
ORDER BY pg_total_relation_size(c.oid) DESC, 1, 2
LIMIT 20;
