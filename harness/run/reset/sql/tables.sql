-- Tables with a column of a type that was created come first: these are the ones whose plans a reset makes stale.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
ORDER BY EXISTS (SELECT
                 FROM pg_attribute a
                 WHERE a.attrelid = c.oid
                   AND a.attnum > 0
                   AND a.atttypid >= 16384) DESC,
         n.nspname,
         c.relname;
