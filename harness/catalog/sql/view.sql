-- include: acl_rows, privileges_owner, quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS name,
       c.relkind = 'm' AS materialized,
       btrim(pg_get_viewdef(c.oid), ' ;') AS definition,
       to_json(a.columns) AS columns,
       CASE WHEN c.reloptions IS NOT NULL THEN
         (SELECT to_json(array_agg(o ORDER BY o COLLATE "C")) FROM unnest(c.reloptions) o) END AS options,
       CASE WHEN c.relkind = 'm' THEN c.relispopulated END AS populated,
       (SELECT to_json(array_agg((SELECT quoted(t.attname)
                              FROM pg_attribute t
                              WHERE t.attrelid = c.oid AND t.attnum = ad.adnum)
                                 || ': ' || pg_get_expr(ad.adbin, 0) ORDER BY ad.adnum))
        FROM pg_attrdef ad
        WHERE ad.adrelid = c.oid) AS column_defaults,
       (SELECT to_json(array_agg(q.name || ': ' || q.privileges ORDER BY q.attnum))
        FROM (SELECT t.attnum,
                     quoted(t.attname) AS name,
                     (SELECT string_agg(g.entry, ', ' ORDER BY g.entry COLLATE "C")
                      FROM (SELECT CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END
                                   || '=' || string_agg(DISTINCT lower(x.privilege_type)
                                                        || CASE WHEN x.is_grantable THEN '*' ELSE '' END, '+')
                                     AS entry
                            FROM (acl_rows(t.attacl)) x
                            GROUP BY x.grantee) g) AS privileges
              FROM pg_attribute t
              WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL) q) AS column_privileges,
       (SELECT to_json(array_agg((SELECT quoted(t.attname)
                              FROM pg_attribute t
                              WHERE t.attrelid = c.oid AND t.attnum = d.objsubid)
                                 || ': ' || d.description ORDER BY d.objsubid))
        FROM pg_description d
        WHERE d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid > 0) AS column_comments,
       -- A materialized view stores its columns like those of a table.
       CASE WHEN c.relkind = 'm' THEN
         (SELECT to_json(array_agg(q.name || ': ' || q.settings ORDER BY q.attnum))
          -- attcompression came with 14: an older server finds the name in "absent" instead.
          FROM (SELECT ''::"char" AS attcompression) absent
          CROSS JOIN LATERAL (
            SELECT t.attnum,
                   quoted(t.attname) AS name,
                   concat_ws(', ',
                             CASE WHEN t.attstorage <> (SELECT ty.typstorage FROM pg_type ty WHERE ty.oid = t.atttypid)
                                  THEN 'storage ' || CASE t.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
                                                          WHEN 'm' THEN 'main' ELSE 'extended' END END,
                             CASE attcompression WHEN 'p' THEN 'compression pglz' WHEN 'l' THEN 'compression lz4' END,
                             'statistics ' || NULLIF(t.attstattarget, -1),
                             (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C")
                              FROM unnest(t.attoptions) o
                              WHERE NOT starts_with(o, 'pg_attver='))) AS settings
            FROM pg_attribute t
            WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped) q
          WHERE q.settings <> '') END AS column_settings,
       CASE WHEN c.relkind = 'm' THEN
         (SELECT (SELECT ic.relname FROM pg_class ic WHERE ic.oid = i.indexrelid)
          FROM pg_index i
          WHERE i.indrelid = c.oid AND i.indisclustered) END AS clustered_on,
       CASE WHEN c.relkind = 'm' THEN
         (SELECT NULLIF(am.amname, 'heap') FROM pg_am am WHERE am.oid = c.relam) END AS access_method,
       CASE WHEN c.reltablespace <> 0 THEN (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = c.reltablespace) END
         AS tablespace,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN c.relowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(c.relowner)::text END AS owner,
       -- The owner has all of them by default; an entry of its own says that some are missing.
       CASE WHEN c.relacl IS NOT NULL THEN
         privileges_owner(c.relacl, c.relowner, (SELECT count(*) FROM aclexplode(acldefault('r', 10))))
       END AS privileges,
       cm.description AS comment
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT v.oid,
                  array_agg(quoted(t.attname)
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
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
