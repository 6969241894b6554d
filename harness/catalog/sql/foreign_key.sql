-- include: quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       k.conname AS name,
       to_json(k.columns) AS columns,
       quoted(rn.nspname)
         || '.' || quoted(r.relname)
         || '(' || k.referenced || ')' AS references,
       CASE k.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
            WHEN 'n' THEN 'set null' ELSE 'set default' END AS on_delete,
       to_json(k.on_delete_columns) AS on_delete_columns,
       CASE k.confupdtype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
            WHEN 'n' THEN 'set null' ELSE 'set default' END AS on_update,
       CASE k.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' ELSE 'simple' END AS match,
       k.condeferrable AS deferrable,
       k.condeferred AS initially_deferred,
       k.convalidated AS validated,
       k.conenforced AS enforced,
       NULLIF(k.conperiod, false) AS period,
       CASE WHEN k.conparentid <> 0 THEN true END AS inherited,
       cm.description AS comment
FROM (SELECT f.oid,
             f.conrelid,
             f.conname,
             f.confrelid,
             f.confdeltype,
             f.confupdtype,
             f.confmatchtype,
             f.condeferrable,
             f.condeferred,
             f.convalidated,
             f.conenforced,
             f.conperiod,
             f.conparentid,
             array_agg(f.attname ORDER BY f.n) AS columns,
             string_agg(quoted(f.referenced), ', ' ORDER BY f.n)
               AS referenced,
             array_agg(f.attname ORDER BY f.n) FILTER (WHERE f.conkey[f.n] = ANY (f.confdelsetcols))
               AS on_delete_columns
      FROM (SELECT con.*,
                   (SELECT a.attname::text
                    FROM pg_attribute a
                    WHERE a.attrelid = con.conrelid AND a.attnum = con.conkey[con.n]) AS attname,
                   (SELECT a.attname::text
                    FROM pg_attribute a
                    WHERE a.attrelid = con.confrelid AND a.attnum = con.confkey[con.n]) AS referenced
            -- confdelsetcols came with 15, conenforced and conperiod with 18: an older server finds the names in
            -- "absent".
            FROM (SELECT NULL::int2[] AS confdelsetcols, true AS conenforced, false AS conperiod) absent
            CROSS JOIN LATERAL (SELECT oid, conrelid, conname, confrelid, conparentid, confdeltype, confupdtype,
                                       confmatchtype, condeferrable, condeferred, convalidated, conkey, confkey,
                                       confdelsetcols, conenforced, conperiod,
                                       generate_series(1, cardinality(conkey)) AS n
                                FROM pg_constraint
                                WHERE contype = 'f'
                                  -- only: conrelid
                               ) con) f
      -- A key that references a partitioned table has a row for each of its partitions, too; these are redundant.
      LEFT JOIN pg_constraint p ON p.oid = f.conparentid AND p.conrelid = f.conrelid
      WHERE p.oid IS NULL
      GROUP BY f.oid, f.conrelid, f.conname, f.confrelid, f.confdeltype, f.confupdtype, f.confmatchtype,
               f.condeferrable, f.condeferred, f.convalidated, f.conenforced, f.conperiod, f.conparentid) k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = k.confrelid
JOIN pg_namespace rn ON rn.oid = r.relnamespace
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
