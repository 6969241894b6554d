-- Roles that may insert into a table, and may not use the sequence that a default of it takes its numbers from: each of their
-- INSERTs fails that leaves the column out. (The sequence of an identity column needs no privilege.) One row for each;
-- columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
SELECT format('%s %s %s', t.oid, q.oid, e.grantee) AS key,
       '' AS convention,
       false AS good,
       format('%s may insert into table "%s", but not use sequence "%s", from which its column "%s" gets its default: an INSERT '
              'that leaves the column out fails', CASE WHEN e.grantee = 0 THEN 'PUBLIC' ELSE format('role "%s"', r.rolname) END,
              format('%I.%I', m.nspname, t.relname), format('%I.%I', n.nspname, q.relname), a.attname) AS finding,
       format('GRANT USAGE ON SEQUENCE %I.%I TO %s', n.nspname, q.relname,
              CASE WHEN e.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END) AS hint,
       'GRANT' AS part,
       t.relname AS relation
FROM pg_catalog.pg_class q
JOIN pg_catalog.pg_namespace n ON n.oid = q.relnamespace
JOIN pg_catalog.pg_depend f ON f.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND f.refobjid = q.oid
                               AND f.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
JOIN pg_catalog.pg_attrdef d ON d.oid = f.objid
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
JOIN pg_catalog.pg_class t ON t.oid = a.attrelid AND t.relkind IN ('r', 'p') AND t.relacl IS NOT NULL
JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(t.relacl) e
LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.grantee
WHERE q.relkind = 'S'
  AND e.privilege_type = 'INSERT'
  AND e.grantee <> t.relowner
  AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\('
  AND NOT CASE WHEN e.grantee = 0
               THEN EXISTS (SELECT FROM pg_catalog.aclexplode(q.relacl) s
                            WHERE s.grantee = 0 AND s.privilege_type IN ('USAGE', 'UPDATE'))
               ELSE pg_catalog.has_sequence_privilege(e.grantee, q.oid, 'USAGE, UPDATE') END
  AND m.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = t.oid AND x.deptype = 'e')
ORDER BY m.nspname, t.relname, a.attnum, r.rolname;
