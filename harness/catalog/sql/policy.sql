SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       p.polname AS name,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
            ELSE 'all' END AS command,
       p.polpermissive AS permissive,
       (SELECT to_json(array_agg(r.name ORDER BY r.name COLLATE "C"))
        FROM (SELECT CASE WHEN o = 0 THEN 'public' ELSE pg_get_userbyid(o)::text END AS name
              FROM unnest(p.polroles) o) r) AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid) AS check,
       cm.description AS comment
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = p.oid AND cm.classoid = 'pg_policy'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  -- only: c.oid
  -- only: p.polrelid
  AND n.nspname <> 'information_schema'
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
