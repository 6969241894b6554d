-- include: privileges_public, quoted
SELECT -- unit: t.oid
       n.nspname AS schema,
       t.typname AS name,
       format_type(r.rngsubtype, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault THEN
         CASE WHEN os.nspname = 'pg_catalog' THEN ''
           ELSE quoted(os.nspname) || '.' END
               || quoted(o.opcname)
       END AS operator_class,
       CASE WHEN r.rngcollation <> st.typcollation THEN
         (SELECT CASE WHEN ln.nspname = 'pg_catalog' THEN l.collname::text
           ELSE quoted(ln.nspname) || '.'
               || quoted(l.collname) END
          FROM pg_collation l
          JOIN pg_namespace ln ON ln.oid = l.collnamespace
          WHERE l.oid = r.rngcollation) END AS collation,
       CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::text END AS canonical,
       CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::text END AS subtype_diff,
       -- Before 14, the name that 14 would choose, so that a fixture holds on both.
       CASE WHEN r.rngmultitypid <> 0 THEN format_type(r.rngmultitypid, NULL)
         ELSE quote_ident(n.nspname) || '.' || quote_ident(
           CASE WHEN strpos(t.typname, 'range') > 0
             THEN left(overlay(t.typname PLACING 'multi' FROM strpos(t.typname, 'range') FOR 0), 63)
             ELSE left(t.typname, 52) || '_multirange' END) END AS multirange,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN t.typowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(t.typowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN t.typacl IS NOT NULL THEN
         privileges_public(t.typacl, t.typowner, '{public=usage}') END AS privileges,
       cm.description AS comment
-- rngmultitypid came with 14: an older server finds the name in "absent".
FROM (SELECT 0::oid AS rngmultitypid) absent
CROSS JOIN LATERAL (SELECT rngtypid, rngsubtype, rngcollation, rngsubopc, rngcanonical, rngsubdiff, rngmultitypid
                    FROM pg_range
                    WHERE rngtypid >= 16384
                      -- only: rngtypid
                   ) r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN pg_type st ON st.oid = r.rngsubtype
JOIN pg_opclass o ON o.oid = r.rngsubopc
JOIN pg_namespace os ON os.oid = o.opcnamespace
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_type'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- only: t.oid
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_type'::regclass);
