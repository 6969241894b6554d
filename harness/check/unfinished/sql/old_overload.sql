-- Functions: `good` where no other one has the same name, number and names of arguments. The CONVENTION is what they share, so
-- that one is open which came beside one that was alone, as CREATE OR REPLACE with another type of an argument leaves it:
-- that replaces nothing. Columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
WITH own AS (
  SELECT p.oid, p.proname, p.proargtypes, n.nspname,
         pg_catalog.concat_ws(' ', n.oid, p.proname, p.pronargs, p.proargnames::pg_catalog.text) AS convention
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p')
    AND p.pronargs > 0
    AND p.proargnames IS NOT NULL
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND n.nspname <> ALL ($1::pg_catalog.text[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')
)
SELECT o.oid::pg_catalog.text AS key,
       o.convention,
       other.oid IS NULL AS good,
       format('CREATE OR REPLACE made function "%s(%s)" beside "%s(%s)", which it did not replace: calls with the old types still get '
              'the old one', o.proname, pg_catalog.oidvectortypes(o.proargtypes), o.proname,
              pg_catalog.oidvectortypes(other.proargtypes)) AS finding,
       format('DROP FUNCTION %I.%I(%s)', o.nspname, o.proname, pg_catalog.oidvectortypes(other.proargtypes)) AS hint,
       o.proname AS part,
       o.proname AS relation
FROM own o
LEFT JOIN LATERAL (SELECT p.oid, p.proargtypes FROM own p WHERE p.convention = o.convention AND p.oid <> o.oid
                   ORDER BY p.oid LIMIT 1) other ON true
ORDER BY o.nspname, o.proname, o.oid;
