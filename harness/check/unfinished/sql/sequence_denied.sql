-- Roles that may insert into a table, and may not use the sequence that a default of it takes its numbers from: each of their
-- INSERTs fails that leaves the column out. (The sequence of an identity column needs no privilege.) One row for each;
-- columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
WITH pairs AS MATERIALIZED (
  SELECT t.oid AS relation, t.relname, m.nspname, t.relowner, t.relacl, q.oid AS sequence, q.relname AS sequence_name,
         n.nspname AS sequence_schema, q.relowner AS sequence_owner, coalesce(q.relacl, '{}') AS sequence_acl, a.attname, a.attnum
  FROM pg_catalog.pg_class q
  JOIN pg_catalog.pg_namespace n ON n.oid = q.relnamespace
  JOIN pg_catalog.pg_depend f ON f.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND f.refobjid = q.oid
                                 AND f.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
  JOIN pg_catalog.pg_attrdef d ON d.oid = f.objid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
  JOIN pg_catalog.pg_class t ON t.oid = a.attrelid AND t.relkind IN ('r', 'p') AND t.relacl IS NOT NULL
  JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
  WHERE q.relkind = 'S'
    AND m.nspname <> ALL ($1::pg_catalog.text[])
),
-- Most of them have the same privileges.
kinds AS MATERIALIZED (
  SELECT p.relowner, p.relacl, p.sequence_owner, p.sequence_acl,
         pg_catalog.min(p.sequence::pg_catalog.text::pg_catalog.int8)::pg_catalog.oid AS sequence
  FROM pairs p
  GROUP BY p.relowner, p.relacl, p.sequence_owner, p.sequence_acl
),
denied AS MATERIALIZED (
  SELECT k.*, e.grantee, CASE WHEN e.grantee = 0 THEN 'PUBLIC' ELSE format('role "%s"', r.rolname) END AS who,
         CASE WHEN e.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END AS quoted
  FROM kinds k
  CROSS JOIN LATERAL pg_catalog.aclexplode(k.relacl) e
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.grantee
  WHERE e.privilege_type = 'INSERT'
    AND e.grantee <> k.relowner
    AND NOT CASE WHEN e.grantee = 0
                 THEN EXISTS (SELECT FROM pg_catalog.aclexplode(nullif(k.sequence_acl, '{}')) s
                              WHERE s.grantee = 0 AND s.privilege_type IN ('USAGE', 'UPDATE'))
                 ELSE pg_catalog.has_sequence_privilege(e.grantee, k.sequence, 'USAGE, UPDATE') END
)
SELECT format('%s %s %s', p.relation, p.sequence, k.grantee) AS key,
       '' AS convention,
       false AS good,
       format('%s may insert into table "%s", but not use sequence "%s", from which its column "%s" gets its default: an INSERT '
              'that leaves the column out fails', k.who, format('%I.%I', p.nspname, p.relname),
              format('%I.%I', p.sequence_schema, p.sequence_name), p.attname) AS finding,
       format('GRANT USAGE ON SEQUENCE %I.%I TO %s', p.sequence_schema, p.sequence_name, k.quoted) AS hint,
       'GRANT' AS part,
       p.relname AS relation
FROM pairs p
JOIN denied k ON k.relowner = p.relowner AND k.relacl = p.relacl AND k.sequence_owner = p.sequence_owner
                 AND k.sequence_acl = p.sequence_acl
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = p.relation AND x.deptype = 'e')
ORDER BY p.nspname, p.relname, p.attnum, k.who;
