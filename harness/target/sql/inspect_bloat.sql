-- Tables of which less than half is needed by their rows, as the statistics of ANALYZE estimate it, and those
-- without statistics; small ones do not count.
SELECT format('%I.%I', t.nspname, t.relname) AS "table",
       CASE WHEN t.known THEN round(100.0 * (t.size - t.needed) / t.size, 1) || ' %'
            ELSE 'not known: no ANALYZE, or no right to read' END AS empty,
       CASE WHEN t.known THEN pg_size_pretty((t.size - t.needed)::bigint) END AS about,
       pg_size_pretty(t.now) AS size
FROM (SELECT n.nspname, c.relname, c.relpages * b.size AS size, pg_relation_size(c.oid) AS now,
             c.reltuples >= 0 AND count(*) = count(s.attname) AS known,
             -- A page has a header of 24 bytes, a row one of 24 and a pointer of 4; half of what aligns a column is lost.
             ceil(c.reltuples::numeric * (28 + sum((1 - s.null_frac) * s.avg_width
                                                   + CASE a.attalign WHEN 'd' THEN 3.5 WHEN 'i' THEN 1.5 ELSE 0 END)::numeric)
                  / ((b.size - 24) * coalesce((SELECT o.option_value::numeric / 100
                                               FROM pg_options_to_table(c.reloptions) o
                                               WHERE o.option_name = 'fillfactor'), 1))) * b.size AS needed
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
                          AND NOT s.inherited
      CROSS JOIN (SELECT current_setting('block_size')::numeric) b(size)
      WHERE c.relkind IN ('r', 'm')
        AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
      GROUP BY c.oid, c.relpages, c.reltuples, c.reloptions, c.relname, n.nspname, b.size) t
WHERE t.now > 10000000
  AND (NOT t.known OR t.needed < t.size / 2)
ORDER BY t.now DESC, 1
LIMIT 20;
