-- Functions: `good` where no other one has the same name, number and names of arguments. The CONVENTION is what they share, so
-- that one is open which came beside one that was alone, as CREATE OR REPLACE with another type of an argument leaves it:
-- that replaces nothing. Columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
WITH own AS MATERIALIZED (
  SELECT p.oid, p.proname, p.proargtypes, n.nspname,
         pg_catalog.concat_ws(' ', n.oid, p.proname, p.pronargs, p.proargnames::pg_catalog.text) AS convention
  FROM (SELECT * FROM pg_catalog.pg_proc WHERE oid >= 16384 AND prokind IN ('f', 'p') AND pronargs > 0 AND proargnames IS NOT NULL
        OFFSET 0) p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND n.nspname <> ALL ($1::pg_catalog.text[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')
),
counted AS (
  SELECT o.*,
         pg_catalog.count(*) OVER (PARTITION BY o.convention) = 1 AS good,
         -- The one that was there first; of that one, the next.
         pg_catalog.min(o.oid::pg_catalog.text::pg_catalog.int8) OVER (PARTITION BY o.convention) AS first
  FROM own o
)
SELECT o.oid::pg_catalog.text AS key,
       o.convention,
       o.good,
       CASE WHEN NOT o.good
            THEN format('CREATE OR REPLACE made function "%s(%s)" beside "%s(%s)", which it did not replace: calls with the old types '
                        'still get the old one', o.proname, pg_catalog.oidvectortypes(o.proargtypes), o.proname,
                        pg_catalog.oidvectortypes(f.proargtypes)) END AS finding,
       CASE WHEN NOT o.good
            THEN format('DROP FUNCTION %I.%I(%s)', o.nspname, o.proname, pg_catalog.oidvectortypes(f.proargtypes)) END AS hint,
       o.proname AS part,
       o.proname AS relation
FROM counted o
LEFT JOIN pg_catalog.pg_proc f ON NOT o.good AND f.oid = o.first::pg_catalog.oid
ORDER BY o.nspname, o.proname, o.oid;
