-- include: acl_entry, acl_rows, quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       a.attname AS name,
       -- Live columns count from 1: a dropped column is no difference by itself.
       a.attnum - CASE WHEN x.attnums IS NULL THEN 0
                       ELSE (SELECT count(*) FROM unnest(x.attnums) u WHERE u < a.attnum) END AS position,
       format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS nullable,
       CASE WHEN NOT nn.convalidated THEN false END AS not_null_validated,
       NULLIF(nn.connoinherit, false) AS not_null_no_inherit,
       CASE WHEN nn.conname <> c.relname || '_' || a.attname || '_not_null' THEN nn.conname END AS not_null_name,
       -- A default holds no column, so it is deparsed without opening its table.
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(ad.adbin, 0) END AS default,
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
       CASE WHEN a.attgenerated <> '' THEN pg_get_expr(ad.adbin, ad.adrelid) END AS generated,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated_kind,
       CASE WHEN co.nspname = 'pg_catalog' THEN co.collname::text
            WHEN co.nspname IS NOT NULL THEN
              quoted(co.nspname)
              || '.' || quoted(co.collname) END AS collation,
       CASE WHEN a.attstorage <> ty.typstorage THEN
         CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END
       END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       NULLIF(a.attstattarget, -1) AS statistics,
       -- Partitions have no column of their own.
       CASE WHEN a.attinhcount > 0 AND NOT a.attislocal AND NOT c.relispartition THEN true END AS inherited,
       CASE WHEN a.attfdwoptions IS NOT NULL THEN
         (SELECT to_json(array_agg(CASE WHEN o ~* '^[^=]*(pass|secret|token|credential|key)'
                                        THEN split_part(o, '=', 1) ELSE o END ORDER BY o COLLATE "C"))
          FROM unnest(a.attfdwoptions) o) END AS foreign_options,
       -- 15.20 keeps a value of its own (pg_attver) among the options, which changes with the column.
       CASE WHEN a.attoptions IS NOT NULL
             AND NOT (cardinality(a.attoptions) = 1 AND starts_with(a.attoptions[1], 'pg_attver=')) THEN
         (SELECT to_json(array_agg(o ORDER BY o COLLATE "C"))
          FROM unnest(a.attoptions) o
          WHERE NOT starts_with(o, 'pg_attver=')) END AS options,
       CASE WHEN a.attacl IS NOT NULL THEN
         (SELECT to_json(array_agg(g.entry ORDER BY g.entry COLLATE "C"))
          FROM (SELECT acl_entry(x) AS entry
                FROM (acl_rows(a.attacl)) x
                GROUP BY x.grantee) g) END AS privileges,
       cm.description AS comment
-- attcompression came with 14: an older server finds the name in "absent" instead.
FROM (SELECT ''::"char" AS attcompression) absent
CROSS JOIN LATERAL (SELECT attrelid, attnum, attname, atttypid, atttypmod, attnotnull, attgenerated, attidentity,
                           attcollation, attstorage, attcompression, attstattarget, attoptions, attacl, atthasdef,
                           attinhcount, attislocal, attfdwoptions
                    FROM pg_attribute
                    WHERE attnum > 0
                      AND NOT attisdropped
                      -- only: attrelid
                   ) a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type ty ON ty.oid = a.atttypid
LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
LEFT JOIN (SELECT l.oid, l.collname, ln.nspname
           FROM pg_collation l
           JOIN pg_namespace ln ON ln.oid = l.collnamespace) co
  ON co.oid = a.attcollation AND a.attcollation <> ty.typcollation
LEFT JOIN (SELECT attrelid, array_agg(attnum) AS attnums
           FROM pg_attribute
           WHERE attisdropped
             -- only: attrelid
           GROUP BY attrelid) x ON x.attrelid = a.attrelid
-- 18 has rows for NOT NULL, which have a name, and may be without validation or inheritance. Most are the same as NOT
-- NULL before 18; a name does not count if the default name would have been too long.
LEFT JOIN pg_constraint nn
  ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum AND nn.conislocal
     AND (NOT nn.convalidated OR nn.connoinherit
          OR (nn.conname <> c.relname || '_' || a.attname || '_not_null'
              AND octet_length(c.relname::text) + octet_length(a.attname::text) < 53))
LEFT JOIN pg_description cm
  ON cm.objoid = a.attrelid AND cm.classoid = 'pg_class'::regclass AND cm.objsubid = a.attnum AND cm.objoid >= 16384
WHERE c.relkind IN ('r', 'p', 'f')
  -- only: c.oid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
