SELECT -- unit: l.oid
       n.nspname AS schema,
       l.collname AS name,
       CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END
         AS provider,
       CASE WHEN l.collprovider IN ('i', 'b') OR l.collcollate = l.collctype
            THEN coalesce(l.colllocale, l.colliculocale, l.collcollate::text) END AS locale,
       CASE WHEN l.collprovider NOT IN ('i', 'b') AND l.collcollate <> l.collctype THEN l.collcollate::text END
         AS lc_collate,
       CASE WHEN l.collprovider NOT IN ('i', 'b') AND l.collcollate <> l.collctype THEN l.collctype::text END
         AS lc_ctype,
       l.collisdeterministic AS deterministic,
       l.collicurules AS rules,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN l.collowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(l.collowner)::text END AS owner,
       cm.description AS comment
-- The locale of ICU had a column of its own in 15, which has another name since 17; collicurules came with 16.
FROM (SELECT NULL::text AS colllocale, NULL::text AS colliculocale, NULL::text AS collicurules) absent
CROSS JOIN LATERAL (SELECT oid, collname, collnamespace, collowner, collprovider, collisdeterministic, collcollate,
                           collctype, colllocale, colliculocale, collicurules
                    FROM pg_collation
                    WHERE oid >= 16384) l
JOIN pg_namespace n ON n.oid = l.collnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = l.oid AND cm.classoid = 'pg_collation'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND l.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_collation'::regclass);
