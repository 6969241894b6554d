-- Functions that run with their owner's rights: `good` where their search_path is set, and one row for each other that
-- somebody else may call. Columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
WITH definers AS (
  SELECT p.oid, p.proname, p.proowner, p.proacl, p.prorettype, n.nspname,
         format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) AS name,
         -- The names in a body that is parsed already (BEGIN ATOMIC) do not depend on anybody.
         EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) c WHERE c LIKE 'search\_path=%')
           OR pg_catalog.to_jsonb(p) ->> 'prosqlbody' IS NOT NULL AS good
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prosecdef
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND n.nspname <> ALL ($1::pg_catalog.text[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')
)
SELECT name AS key,
       nspname AS convention,
       good,
       format('function "%s" is SECURITY DEFINER without a search_path of its own: it runs with its owner''s rights under that of '
              'whoever calls it, who can put objects of their own in the place of those that it names', name) AS finding,
       format('SET search_path in CREATE FUNCTION, or ALTER FUNCTION %s SET search_path = ...', name) AS hint,
       proname AS part,
       proname AS relation
FROM definers
WHERE good
   OR prorettype IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
   OR EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(proacl, pg_catalog.acldefault('f', proowner))) a
              WHERE a.grantee <> proowner)
ORDER BY name;
