SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS name,
       c.relkind = 'm' AS materialized,
       btrim(pg_get_viewdef(c.oid), ' ;') AS definition,
       to_json(a.columns) AS columns,
       CASE WHEN c.reloptions IS NOT NULL THEN
         (SELECT to_json(array_agg(o ORDER BY o COLLATE "C")) FROM unnest(c.reloptions) o) END AS options,
       CASE WHEN c.relkind = 'm' THEN c.relispopulated END AS populated,
       -- The owner has all of them by default; an entry of its own says that some are missing.
       CASE WHEN c.relacl IS NOT NULL THEN
         (SELECT to_json(array_agg(g.entry ORDER BY g.entry COLLATE "C"))
          FROM (SELECT CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END || '='
                       || coalesce(string_agg(DISTINCT lower(x.privilege_type)
                                                       || CASE WHEN x.is_grantable THEN '*' ELSE '' END, '+'),
                                   '') AS entry
                FROM (SELECT grantee, privilege_type COLLATE "C" AS privilege_type, is_grantable
                      FROM aclexplode(c.relacl)
                      UNION ALL
                      SELECT c.relowner, NULL, NULL) x
                GROUP BY x.grantee
                HAVING x.grantee <> c.relowner
                       OR count(DISTINCT x.privilege_type) < (SELECT count(*) FROM aclexplode(acldefault('r', 10)))) g)
       END AS privileges,
       cm.description AS comment
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT v.oid,
                  array_agg(CASE WHEN t.attname ~ '^[a-z_][a-z0-9_$]*$' THEN t.attname::text
                                 ELSE '"' || replace(t.attname, '"', '""') || '"' END
                            || ' ' || format_type(t.atttypid, t.atttypmod) ORDER BY t.attnum) AS columns
           FROM pg_class v
           JOIN pg_attribute t ON t.attrelid = v.oid
           JOIN pg_namespace vn ON vn.oid = v.relnamespace
           WHERE v.relkind IN ('v', 'm')
             AND vn.nspname NOT IN ('pg_catalog', 'information_schema')
             AND t.attnum > 0
             AND NOT t.attisdropped
             -- only: v.oid
           GROUP BY v.oid) a ON a.oid = c.oid
LEFT JOIN pg_description cm
  ON cm.objoid = c.oid AND cm.classoid = 'pg_class'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE c.relkind IN ('v', 'm')
  -- only: c.oid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
