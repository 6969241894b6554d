-- Functions that run with their owner's rights: `good` where PUBLIC may not call them. Each is a CONVENTION of its own, by its
-- name, so that only one is open that was closed, and was made again. Columns as unfinished.c has them. $1 is an array of the
-- schemas that the platform creates.
SELECT f.name AS key,
       f.name AS convention,
       NOT EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))) a
                   WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE') AS good,
       format('function "%s" is SECURITY DEFINER, and everybody may call it again: it was made anew, and the REVOKE of before is '
              'gone', f.name) AS finding,
       format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, or CREATE OR REPLACE, which keeps the privileges', f.name) AS hint,
       f.proname AS part,
       f.proname AS relation
FROM (SELECT p.*, format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) AS name
      FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prosecdef
        AND p.prokind = 'f'
        AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
        AND n.nspname <> ALL ($1::pg_catalog.text[])
        AND p.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                        WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid
                          AND e.deptype = 'e')) f
ORDER BY f.name;
