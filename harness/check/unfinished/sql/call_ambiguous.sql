-- Functions that nobody can call with their own arguments, because another one of the name takes the same and more, which have
-- defaults: what CREATE OR REPLACE with one more parameter leaves, since it replaces nothing then. One row for each pair;
-- columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
SELECT format('%s %s', f.oid, g.oid) AS key,
       '' AS convention,
       false AS good,
       format('a call of "%s" with %s fails as "not unique": "%s(%s)" and "%s(%s)", whose last arguments have defaults, take it',
              f.proname, CASE f.pronargs WHEN 0 THEN 'no argument' WHEN 1 THEN '1 argument' ELSE f.pronargs || ' arguments' END,
              f.proname, pg_catalog.oidvectortypes(f.proargtypes), g.proname, pg_catalog.oidvectortypes(g.proargtypes)) AS finding,
       format('DROP FUNCTION %I.%I(%s)', n.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes)) AS hint,
       f.proname AS part,
       f.proname AS relation
FROM pg_catalog.pg_proc f
JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
JOIN pg_catalog.pg_proc g ON g.proname = f.proname AND g.pronamespace = f.pronamespace AND g.pronargs > f.pronargs
WHERE f.oid >= 16384
  AND g.oid >= 16384
  AND g.pronargs - g.pronargdefaults <= f.pronargs
  AND f.provariadic = 0
  AND g.provariadic = 0
  AND f.prokind IN ('f', 'p')
  AND g.prokind IN ('f', 'p')
  AND f.prorettype <> 'trigger'::pg_catalog.regtype
  AND (f.pronargs = 0
       OR pg_catalog.string_to_array(f.proargtypes::pg_catalog.text, ' ')
          = (pg_catalog.string_to_array(g.proargtypes::pg_catalog.text, ' '))[1:f.pronargs])
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND n.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid IN (f.oid, g.oid) AND e.deptype = 'e')
ORDER BY n.nspname, f.proname, f.pronargs, g.pronargs;
