-- Tables with a time whose oldest rows, by the statistics of ANALYZE, are more than 90 days old; columns of times only.
-- Large ones of which there are no statistics are named, too.
SELECT format('%I.%I', t.nspname, t.relname) AS "table",
       t.attname::text AS "column",
       CASE WHEN t.known THEN t.oldest::date::text ELSE 'not known: no ANALYZE, or no right to read' END AS oldest,
       pg_size_pretty(t.size) AS size
FROM (SELECT n.nspname, c.relname, a.attname, pg_total_relation_size(c.oid) AS size, s.attname IS NOT NULL AS known,
             CASE WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
                  THEN (SELECT min(v.v::timestamptz)
                        FROM unnest(s.histogram_bounds::text::text[] || s.most_common_vals::text::text[]) v(v)
                        WHERE v.v NOT IN ('infinity', '-infinity')) END AS oldest
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
                          AND s.inherited = (c.relkind = 'p')
      WHERE a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
        AND a.attnum > 0
        AND NOT a.attisdropped
        AND c.relkind IN ('r', 'm', 'p')
        AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema') t
WHERE t.oldest < now() - interval '90 days'
   OR NOT t.known AND t.size > 1000000
ORDER BY t.size DESC, 1, 2
LIMIT 20;
