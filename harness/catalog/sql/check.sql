SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       k.conname AS name,
       pg_get_expr(k.conbin, k.conrelid) AS expression,
       k.convalidated AS validated,
       k.connoinherit AS no_inherit,
       k.conenforced AS enforced,
       CASE WHEN k.coninhcount > 0 AND NOT k.conislocal THEN true END AS inherited,
       cm.description AS comment
-- conenforced came with 18: an older server finds the name in "absent".
FROM (SELECT true AS conenforced) absent
CROSS JOIN LATERAL (SELECT oid, conrelid, conname, conbin, convalidated, connoinherit, conenforced,
                           coninhcount, conislocal
                    FROM pg_constraint
                    WHERE contype = 'c'
                      AND conrelid <> 0
                      -- only: conrelid
                   ) k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = k.oid AND cm.classoid = 'pg_constraint'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  -- only: c.oid
  AND n.nspname <> 'information_schema'
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
