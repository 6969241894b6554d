-- Leaks of rows or rights: one row for each, with its subject, its kind, the finding and the remedy; and for a view over
-- a table with row security, both, so that it can be tested. $1 is an array of the application's roles, $2 one of the
-- schemas that the platform creates, whose objects the team cannot change.
WITH own AS (
  -- Objects that do not belong to an extension, with their SQL names.
  SELECT c.oid, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.reloptions,
         n.nspname = ANY ($2::text[]) AS platform,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
),
definers AS (
  SELECT p.oid, p.proowner, p.prorettype, p.proacl,
         n.nspname = ANY ($2::text[]) AS platform,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
         (SELECT substr(s, strpos(s, '=') + 1) FROM unnest(p.proconfig) s WHERE s LIKE 'search\_path=%') AS path
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prosecdef
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
),
-- Views and the protected tables that they read themselves.
readers AS (
  SELECT DISTINCT v.oid, v.name, v.relkind, v.relowner, v.reloptions, v.platform, t.name AS table_name, t.relowner AS table_owner,
         t.relforcerowsecurity AS forced
  FROM own v
  JOIN pg_rewrite w ON w.ev_class = v.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  JOIN own t ON t.oid = d.refobjid AND t.relrowsecurity
  WHERE v.relkind IN ('v', 'm')
)
SELECT 'table ' || name AS subject,
       'no policy' AS kind,
       format('row security is enabled on table "%s", which has no policy: only its owner sees a row', name) AS finding,
       format('CREATE POLICY ... ON %s; where nobody but its owner may reach it, say so under "except"', name) AS remedy,
       NULL AS view_name,
       NULL AS table_name
FROM own o
WHERE relrowsecurity
  AND NOT platform
  AND NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = o.oid)
UNION ALL
SELECT 'table ' || name,
       'not enabled',
       format('table "%s" has policies, but its row security is not enabled: they do nothing', name),
       format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name),
       NULL, NULL
FROM own o
WHERE relkind IN ('r', 'p')
  AND NOT relrowsecurity
  AND NOT platform
  AND EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = o.oid)
UNION ALL
SELECT 'role ' || r.rolname,
       'bypass',
       format('role "%s" %s: no policy binds it', r.rolname,
              CASE WHEN r.rolsuper THEN 'is a superuser' ELSE 'has BYPASSRLS' END),
       format('ALTER ROLE %I %s', r.rolname, CASE WHEN r.rolsuper THEN 'NOSUPERUSER' ELSE 'NOBYPASSRLS' END),
       NULL, NULL
FROM pg_roles r
WHERE r.rolname = ANY ($1::text[])
  AND (r.rolsuper OR r.rolbypassrls)
UNION ALL
SELECT 'table ' || o.name,
       'owner',
       format('role "%s" has the rights of the owner of table "%s": its policies do not bind it', r.rolname, o.name),
       format('ALTER TABLE %s FORCE ROW LEVEL SECURITY; or give it another owner', o.name),
       NULL, NULL
FROM own o
JOIN pg_roles r ON r.rolname = ANY ($1::text[]) AND NOT r.rolsuper AND pg_has_role(r.oid, o.relowner, 'USAGE')
WHERE o.relrowsecurity
  AND NOT o.relforcerowsecurity
  AND NOT o.platform
UNION ALL
SELECT 'function ' || name,
       'search_path',
       CASE WHEN path IS NULL
            THEN format('function "%s" runs with its owner''s rights under the search_path of whoever calls it, who can '
                        'put objects of his own in the place of those that it names', name)
            ELSE format('function "%s" runs with its owner''s rights, and its search_path does not end in pg_temp: '
                        'temporary tables of whoever calls it come first', name) END,
       format('ALTER FUNCTION %s SET search_path = %s', name,
              CASE WHEN coalesce(path, '') IN ('', '""') THEN '...' ELSE path END || ', pg_temp'),
       NULL, NULL
FROM definers
WHERE NOT platform
  AND (path IS NULL
   -- With an empty path, only names without a schema in the body depend on the caller.
   OR (path NOT IN ('', '""') AND path !~ '(^|[, ])"?pg_temp"?$'
       -- A function that only its owner may call meets no temporary tables but the owner's.
       AND (prorettype IN ('trigger'::regtype, 'event_trigger'::regtype)
            OR EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) a WHERE a.grantee <> proowner))))
UNION ALL
SELECT 'function ' || d.name,
       'execute',
       format('function "%s" runs with its owner''s rights, past row security, and PUBLIC may call it', d.name),
       format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', d.name),
       NULL, NULL
FROM definers d
WHERE NOT d.platform
  AND d.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
  AND EXISTS (SELECT FROM aclexplode(coalesce(d.proacl, acldefault('f', d.proowner))) a WHERE a.grantee = 0)
  AND EXISTS (SELECT FROM own o WHERE o.relrowsecurity)
UNION ALL
SELECT 'view ' || name,
       'view',
       format('view "%s" reads table "%s" with its owner''s rights, past the policies', name, table_name),
       CASE WHEN current_setting('server_version_num')::int >= 150000
            THEN format('ALTER VIEW %s SET (security_invoker = true)', name)
            ELSE 'repeat the condition of the policies in the view; security_invoker comes with PostgreSQL 15' END,
       name, table_name
FROM readers v
WHERE relkind = 'v'
  AND NOT platform
  AND NOT EXISTS (SELECT FROM unnest(reloptions) s WHERE s IN ('security_invoker=true', 'security_invoker=on',
                                                               'security_invoker=1', 'security_invoker=yes'))
  AND ((pg_has_role(relowner, table_owner, 'USAGE') AND NOT forced)
       OR EXISTS (SELECT FROM pg_roles r
                  WHERE r.oid = v.relowner AND r.rolname <> session_user AND (r.rolsuper OR r.rolbypassrls)))
UNION ALL
SELECT 'view ' || name,
       'materialized view',
       format('materialized view "%s" holds rows of table "%s" as its owner saw them: no policy is asked', name,
              table_name),
       format('REVOKE SELECT ON %s from those whom the policies bind', name),
       name, table_name
FROM readers
WHERE relkind = 'm'
  AND NOT platform
UNION ALL
SELECT 'table ' || name,
       'public write',
       format('PUBLIC, which is everybody, may %s table "%s"',
              (SELECT string_agg(DISTINCT lower(a.privilege_type), ', ')
               FROM aclexplode(o.relacl) a
               WHERE a.grantee = 0 AND a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')), name),
       format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %s FROM PUBLIC', name),
       NULL, NULL
FROM own o
WHERE relkind IN ('r', 'p')
  AND NOT platform
  AND EXISTS (SELECT FROM aclexplode(o.relacl) a
              WHERE a.grantee = 0 AND a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'))
UNION ALL
SELECT 'sequence ' || s.name,
       'public sequence',
       format('PUBLIC may use sequence "%s" of table "%s", which has row security: it shows how many rows are made, '
              'and can be set', s.name, t.name),
       format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC', s.name),
       NULL, NULL
FROM own s
JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
                    AND d.deptype IN ('a', 'i')
JOIN own t ON t.oid = d.refobjid AND t.relrowsecurity
WHERE s.relkind = 'S'
  AND NOT s.platform
  AND EXISTS (SELECT FROM aclexplode(s.relacl) a WHERE a.grantee = 0)
UNION ALL
SELECT 'table ' || o.name,
       'public columns',
       format('PUBLIC, which is everybody, may %s columns of table "%s": %s', g.what, o.name, g.columns),
       format('REVOKE %s ON %s FROM PUBLIC', g.privileges, o.name),
       NULL, NULL
FROM own o
CROSS JOIN LATERAL (SELECT string_agg(DISTINCT lower(x.privilege_type), ', ') AS what,
                           string_agg(DISTINCT quote_ident(x.attname), ', ') AS columns,
                           string_agg(DISTINCT x.privilege_type || ' (' || quote_ident(x.attname) || ')', ', ') AS privileges
                    FROM (SELECT a.attname, e.privilege_type
                          FROM pg_attribute a
                          CROSS JOIN LATERAL aclexplode(a.attacl) e
                          WHERE a.attrelid = o.oid
                            AND NOT a.attisdropped
                            AND e.grantee = 0
                            AND e.privilege_type IN ('INSERT', 'UPDATE')) x) g
WHERE o.relkind IN ('r', 'p')
  AND NOT o.platform
  AND g.what IS NOT NULL
UNION ALL
-- A policy without a condition: its roles may write rows of everybody, unless a restrictive policy prevents it. Only if
-- a role other than the owner may write at all. New rows alone (FOR INSERT) belong to nobody else where no other policy
-- of the table goes by one of its columns: a form that everybody may fill in.
SELECT 'table ' || o.name,
       'checks nothing',
       format('policy "%s" of table "%s" lets %s write any row: WITH CHECK (true)', y.polname, o.name,
              CASE WHEN 0 = ANY (y.polroles) THEN 'everybody'
                   ELSE (SELECT string_agg(format('role "%s"', r.rolname), ', ' ORDER BY r.rolname)
                         FROM pg_roles r
                         WHERE r.oid = ANY (y.polroles)) END),
       format('ALTER POLICY %I ON %s WITH CHECK (...), with the condition that its rows have', y.polname, o.name),
       NULL, NULL
FROM own o
JOIN pg_policy y ON y.polrelid = o.oid
WHERE o.relrowsecurity
  AND y.polpermissive
  AND y.polcmd IN ('*', 'a', 'w')
  AND coalesce(pg_get_expr(y.polwithcheck, y.polrelid), pg_get_expr(y.polqual, y.polrelid)) = 'true'
  AND (0 = ANY (y.polroles)
       OR EXISTS (SELECT FROM pg_roles r
                  WHERE r.oid = ANY (y.polroles) AND NOT r.rolsuper AND NOT r.rolbypassrls))
  AND (y.polcmd <> 'a'
       OR EXISTS (SELECT FROM pg_policy z
                  JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = z.oid
                                      AND d.refclassid = 'pg_class'::regclass AND d.refobjid = o.oid
                                      AND d.refobjsubid > 0
                  WHERE z.polrelid = o.oid))
  AND NOT EXISTS (SELECT FROM pg_policy z
                  WHERE z.polrelid = o.oid
                    AND NOT z.polpermissive
                    AND z.polcmd IN ('*', y.polcmd)
                    AND (0 = ANY (z.polroles) OR z.polroles @> y.polroles)
                    AND coalesce(pg_get_expr(z.polwithcheck, z.polrelid), pg_get_expr(z.polqual, z.polrelid)) <> 'true')
  AND EXISTS (SELECT FROM (SELECT o.relacl AS acl
                           UNION ALL
                           SELECT a.attacl
                           FROM pg_attribute a
                           WHERE a.attrelid = o.oid AND NOT a.attisdropped) g
              CROSS JOIN LATERAL aclexplode(g.acl) e
              WHERE e.grantee <> o.relowner
                AND (e.grantee = 0 OR 0 = ANY (y.polroles)
                     OR EXISTS (SELECT FROM unnest(y.polroles) w WHERE pg_has_role(w, e.grantee, 'USAGE')))
                AND e.privilege_type IN (CASE WHEN y.polcmd <> 'w' THEN 'INSERT' END,
                                         CASE WHEN y.polcmd <> 'a' THEN 'UPDATE' END))
ORDER BY subject, finding;
