-- Tables with a column of a type that was created come first: these are the ones whose plans a reset makes stale.
-- "estimate" is known without touching the table; "runs_code" says that the planner would call what was made in the database, see ordinary.sql.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
       greatest(c.reltuples::bigint, pg_stat_get_live_tuples(c.oid), 0) AS estimate,
       EXISTS (SELECT
               FROM (SELECT 'pg_class'::regclass AS class, i.indexrelid AS object FROM pg_index i WHERE i.indrelid = c.oid
                     UNION ALL
                     SELECT 'pg_statistic_ext'::regclass, s.oid FROM pg_statistic_ext s WHERE s.stxrelid = c.oid) o
               JOIN pg_depend d ON d.classid = o.class AND d.objid = o.object
               WHERE d.refobjid >= 16384
                 AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass)) AS runs_code
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
