-- The rights of roles on the rows of tables, according to privileges and policies: a row for each table and role, with
-- the extent of SELECT, INSERT, UPDATE and DELETE: refused, none (no row, and no error), some (policies decide), all. $1
-- is an array of the application's roles; if it is empty, all roles that have been granted a privilege, and PUBLIC. $2
-- is an array of the schemas that the platform creates. A role without rights on a table has no row.
WITH relations AS (
  SELECT c.oid, c.relowner, c.relacl, c.relforcerowsecurity, c.relrowsecurity, c.relnamespace,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p')
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND n.nspname <> ALL ($2::text[])
    AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
),
who AS (
  SELECT r.oid, r.rolname::text AS name, r.rolsuper OR r.rolbypassrls AS free
  FROM pg_roles r
  WHERE r.rolname = ANY ($1::text[])
  UNION
  SELECT a.grantee, coalesce(r.rolname::text, 'public'), coalesce(r.rolsuper OR r.rolbypassrls, false)
  FROM relations t
  CROSS JOIN LATERAL (SELECT g.grantee FROM aclexplode(t.relacl) g
                      UNION
                      SELECT g.grantee FROM pg_attribute b CROSS JOIN LATERAL aclexplode(b.attacl) g
                      WHERE b.attrelid = t.oid AND NOT b.attisdropped) a
  LEFT JOIN pg_roles r ON r.oid = a.grantee
  WHERE cardinality($1::text[]) = 0
    AND a.grantee <> t.relowner
    AND coalesce(r.rolname, '') !~ '^pg_'
),
actions (place, name, letter) AS (
  VALUES (1, 'SELECT', 'r'), (2, 'INSERT', 'a'), (3, 'UPDATE', 'w'), (4, 'DELETE', 'd')
),
policies AS (
  SELECT y.polrelid, y.polroles, y.polcmd, y.polpermissive,
         CASE WHEN y.polcmd = 'a' THEN pg_get_expr(y.polwithcheck, y.polrelid)
              ELSE pg_get_expr(y.polqual, y.polrelid) END AS condition
  FROM pg_policy y
),
reaches AS (
  SELECT t.name AS table_name, w.name AS role, a.place,
         CASE
           WHEN NOT has_schema_privilege(w.name, t.relnamespace, 'USAGE') THEN 'refused'
           WHEN NOT has_table_privilege(w.name, t.oid, a.name)
                AND NOT CASE a.name WHEN 'DELETE' THEN false ELSE has_any_column_privilege(w.name, t.oid, a.name) END
             THEN 'refused'
           WHEN NOT t.relrowsecurity OR w.free
                OR (w.oid <> 0 AND NOT t.relforcerowsecurity AND pg_has_role(w.oid, t.relowner, 'USAGE')) THEN 'all'
           WHEN p.permissive = 0 THEN CASE a.name WHEN 'INSERT' THEN 'refused' ELSE 'none' END
           WHEN p.open AND p.restrictive = 0 THEN 'all'
           ELSE 'some'
         END AS reach
  FROM relations t
  CROSS JOIN who w
  CROSS JOIN actions a
  CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE y.polpermissive) AS permissive,
                             count(*) FILTER (WHERE NOT y.polpermissive) AS restrictive,
                             coalesce(bool_or(y.polpermissive AND y.condition = 'true'), false) AS open
                      FROM policies y
                      WHERE y.polrelid = t.oid
                        AND y.polcmd IN ('*', a.letter)
                        AND EXISTS (SELECT FROM unnest(y.polroles) g
                                    WHERE g = 0 OR (w.oid <> 0 AND pg_has_role(w.oid, g, 'USAGE')))) p
)
SELECT table_name, role,
       max(reach) FILTER (WHERE place = 1), max(reach) FILTER (WHERE place = 2),
       max(reach) FILTER (WHERE place = 3), max(reach) FILTER (WHERE place = 4)
FROM reaches
GROUP BY table_name, role
HAVING bool_or(reach <> 'refused')
ORDER BY table_name COLLATE "C", role COLLATE "C";
