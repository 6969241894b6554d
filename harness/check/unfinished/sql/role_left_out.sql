-- Roles that write, with each table of their schemas: `good` where the role has a privilege on it. The CONVENTION is the role in
-- the schema, so that a table is open where the role could use all that were there before. Columns as unfinished.c has them.
-- $1 is an array of the schemas that the platform creates.
WITH own AS MATERIALIZED (
  SELECT c.oid, c.relname, coalesce(c.relacl, '{}') AS relacl, c.relowner, n.nspname, c.relnamespace
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  -- Most databases have no such role, and nothing more is read then.
  WHERE (SELECT true FROM pg_catalog.pg_class a WHERE a.relacl IS NOT NULL AND a.relkind IN ('r', 'p') AND a.oid >= 16384 LIMIT 1)
    AND c.oid >= 16384
    AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition
    AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND n.nspname <> ALL ($1::pg_catalog.text[])
    -- Where tools note what they have run: no application needs it.
    AND c.relname !~* '(schema|migration|changelog|changelock|version|flyway|alembic|goose|sqitch|revision)'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
),
-- Most tables have the same privileges.
kinds AS MATERIALIZED (
  SELECT o.relnamespace, o.relowner, o.relacl, pg_catalog.min(o.oid::pg_catalog.text::pg_catalog.int8)::pg_catalog.oid AS oid
  FROM own o
  GROUP BY o.relnamespace, o.relowner, o.relacl
),
writers AS MATERIALIZED (
  SELECT DISTINCT o.relnamespace, e.grantee, r.rolname
  FROM kinds o
  CROSS JOIN LATERAL pg_catalog.aclexplode(nullif(o.relacl, '{}')) e
  JOIN pg_catalog.pg_roles r ON r.oid = e.grantee
  WHERE e.grantee <> o.relowner
    AND e.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
    AND NOT r.rolsuper
),
may AS MATERIALIZED (
  SELECT k.relnamespace, k.relowner, k.relacl, w.grantee, w.rolname,
         w.grantee = k.relowner
           OR pg_catalog.has_table_privilege(w.grantee, k.oid, 'SELECT, INSERT, UPDATE, DELETE') AS good
  FROM kinds k
  JOIN writers w ON w.relnamespace = k.relnamespace
)
SELECT format('%s %s', o.oid, w.grantee) AS key,
       format('%s %s', o.relnamespace, w.grantee) AS convention,
       p.good,
       CASE WHEN NOT p.good
            THEN format('role "%s" has no privilege on table "%s", and could use each table of schema "%s" so far', w.rolname,
                        format('%I.%I', o.nspname, o.relname), o.nspname) END AS finding,
       CASE WHEN NOT p.good
            THEN format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I, and USAGE on its sequence', o.nspname, o.relname,
                        w.rolname) END AS hint,
       o.relname AS part,
       o.relname AS relation
FROM own o
JOIN may w ON w.relnamespace = o.relnamespace AND w.relowner = o.relowner AND w.relacl = o.relacl
CROSS JOIN LATERAL (SELECT w.good OR pg_catalog.has_any_column_privilege(w.grantee, o.oid, 'SELECT, INSERT, UPDATE') AS good) p
ORDER BY o.nspname, o.relname, w.rolname;
