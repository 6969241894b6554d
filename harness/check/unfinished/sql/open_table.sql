-- Tables of schemas with row security: `good` where it is on, and one row for each other whose rows a role can reach that
-- row security is there for. Columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
WITH own AS (
  SELECT c.oid, c.relname, c.relnamespace, c.relowner, c.relrowsecurity, n.nspname, n.nspname = ANY ($1::pg_catalog.text[]) AS platform,
         format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p')
    AND NOT c.relispartition
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
),
-- Columns by which policies tell whose a row is: no flags and times.
owners AS (
  SELECT DISTINCT o.relnamespace, a.attname, a.atttypid
  FROM pg_catalog.pg_policy y
  JOIN own o ON o.oid = y.polrelid AND o.relrowsecurity
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = y.oid
                                 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = o.oid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  WHERE t.typcategory NOT IN ('B', 'D', 'E')
    AND a.attname <> 'id'
),
-- Who reaches the rows of which table: roles that are bound by row security.
reach AS (
  SELECT o.oid, CASE WHEN e.grantee = 0 THEN 'PUBLIC' ELSE r.rolname END AS role
  FROM own o
  JOIN pg_catalog.pg_class c ON c.oid = o.oid
  CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) e
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.grantee
  WHERE e.grantee <> o.relowner
    AND e.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    AND NOT coalesce(r.rolsuper OR r.rolbypassrls, false)
)
SELECT o.name AS key,
       o.nspname AS convention,
       o.relrowsecurity AS good,
       format('table "%s" has no row security, as the tables of schema "%s" had so far: each role with privileges on it (%s) '
              'reaches all rows', o.name, o.nspname,
              (SELECT pg_catalog.string_agg(DISTINCT role, ', ') FROM reach h WHERE h.oid = o.oid)) AS finding,
       format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, and policies', o.name) AS hint,
       o.relname AS part,
       o.relname AS relation
FROM own o
WHERE NOT o.platform
  AND (o.relrowsecurity
       OR EXISTS (SELECT FROM reach h
                  WHERE h.oid = o.oid
                    -- The API of Supabase shows every table of its schemas to everybody.
                    AND (pg_catalog.cardinality($1::pg_catalog.text[]) > 0 AND h.role IN ('anon', 'authenticated', 'PUBLIC')
                         OR EXISTS (SELECT FROM owners w
                                    JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attname = w.attname
                                                                      AND a.atttypid = w.atttypid AND NOT a.attisdropped
                                    WHERE w.relnamespace = o.relnamespace))))
ORDER BY o.name;
