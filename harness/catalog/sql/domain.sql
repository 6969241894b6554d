-- include: privileges_public, quoted
SELECT -- unit: t.oid
       n.nspname AS schema,
       t.typname AS name,
       format_type(t.typbasetype, t.typtypmod) AS type,
       NOT t.typnotnull AS nullable,
       pg_get_expr(t.typdefaultbin, 0) AS default,
       CASE WHEN t.typcollation <> b.typcollation THEN
         (SELECT CASE WHEN ln.nspname = 'pg_catalog' THEN l.collname::text
           ELSE quoted(ln.nspname) || '.'
               || quoted(l.collname) END
          FROM pg_collation l
          JOIN pg_namespace ln ON ln.oid = l.collnamespace
          WHERE l.oid = t.typcollation) END AS collation,
       to_json(k.checks) AS checks,
       to_json(k.comments) AS check_comments,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN t.typowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(t.typowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN t.typacl IS NOT NULL THEN
         privileges_public(t.typacl, t.typowner, '{public=usage}') END AS privileges,
       cm.description AS comment
FROM pg_type t
JOIN pg_type b ON b.oid = t.typbasetype
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN (SELECT c.contypid,
                  array_agg(quoted(c.conname)
                            || ' ' || pg_get_constraintdef(c.oid) ORDER BY c.conname) AS checks,
                  array_agg(c.conname || ': ' || d.description ORDER BY c.conname)
                    FILTER (WHERE d.description IS NOT NULL) AS comments
           FROM pg_constraint c
           LEFT JOIN pg_description d
             ON d.objoid = c.oid AND d.classoid = 'pg_constraint'::regclass AND d.objoid >= 16384
           WHERE c.contype = 'c'
             AND c.contypid <> 0
             AND c.oid >= 16384
             -- only: c.contypid
           GROUP BY c.contypid) k ON k.contypid = t.oid
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_type'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE t.typtype = 'd'
  -- only: t.oid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_type'::regclass);
