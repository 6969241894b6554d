-- include: privileges_public, quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS name,
       to_json(coalesce(a.attributes, '{}')) AS attributes,
       to_json(a.comments) AS attribute_comments,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN c.relowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(c.relowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN t.typacl IS NOT NULL THEN
         privileges_public(t.typacl, t.typowner, '{public=usage}') END AS privileges,
       cm.description AS comment
FROM pg_class c
JOIN pg_type t ON t.oid = c.reltype
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT x.attrelid,
                  array_agg(x.name || ' ' || x.type || coalesce(' COLLATE ' || x.collation, '') ORDER BY x.attnum)
                    AS attributes,
                  array_agg(x.name || ': ' || x.description ORDER BY x.attnum)
                    FILTER (WHERE x.description IS NOT NULL) AS comments
           FROM (SELECT y.attrelid,
                        y.attnum,
                        quoted(y.attname) AS name,
                        format_type(y.atttypid, y.atttypmod) AS type,
                        CASE WHEN y.attcollation <> yt.typcollation THEN
                          (SELECT CASE WHEN ln.nspname = 'pg_catalog' THEN ''
                            ELSE quoted(ln.nspname) || '.' END
                                  || quoted(l.collname)
                           FROM pg_collation l
                           JOIN pg_namespace ln ON ln.oid = l.collnamespace
                           WHERE l.oid = y.attcollation) END AS collation,
                        d.description
                 FROM pg_class yc
                 JOIN pg_attribute y ON y.attrelid = yc.oid
                 JOIN pg_type yt ON yt.oid = y.atttypid
                 LEFT JOIN pg_description d
                   ON d.objoid = y.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = y.attnum
                      AND d.objoid >= 16384
                 WHERE yc.relkind = 'c'
                   -- only: yc.oid
                   -- only: y.attrelid
                   AND y.attnum > 0
                   AND NOT y.attisdropped) x
           GROUP BY x.attrelid) a ON a.attrelid = c.oid
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_type'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE c.relkind = 'c'
  -- only: c.oid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_type'::regclass);
