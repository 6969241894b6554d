SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       k.conname AS name,
       to_json(k.columns) AS columns,
       to_json(k.include) AS include,
       k.condeferrable AS deferrable,
       k.condeferred AS initially_deferred,
       k.indnullsnotdistinct AS nulls_not_distinct,
       NULLIF(k.conperiod, false) AS without_overlaps,
       CASE WHEN k.conparentid <> 0 THEN true END AS inherited,
       CASE WHEN ic.reloptions IS NOT NULL THEN
         (SELECT to_json(array_agg(o ORDER BY o COLLATE "C")) FROM unnest(ic.reloptions) o) END AS options,
       CASE WHEN ic.reltablespace <> 0
            THEN (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = ic.reltablespace) END AS tablespace,
       im.description AS index_comment,
       cm.description AS comment
FROM (SELECT u.oid,
             u.conrelid,
             u.conname,
             u.conindid,
             u.conparentid,
             u.condeferrable,
             u.condeferred,
             u.conperiod, u.indnullsnotdistinct,
             array_agg(u.attname ORDER BY u.n) FILTER (WHERE u.n <= u.indnkeyatts) AS columns,
             array_agg(u.attname ORDER BY u.n) FILTER (WHERE u.n > u.indnkeyatts) AS include
      FROM (SELECT con.*,
                   (SELECT a.attname::text
                    FROM pg_attribute a
                    WHERE a.attrelid = con.conrelid AND a.attnum = con.indkey[con.n - 1]) AS attname
            -- conperiod came with 18, indnullsnotdistinct with 15: an older server finds the name in "absent".
            FROM (SELECT false AS conperiod, false AS indnullsnotdistinct) absent
            CROSS JOIN LATERAL (SELECT oid, conrelid, conname, conindid, conparentid, condeferrable,
                                       condeferred, conperiod,
                                       indnullsnotdistinct, indkey, indnkeyatts, generate_series(1, indnatts) AS n
                                FROM pg_constraint
                                JOIN pg_index ON indexrelid = conindid
                                WHERE contype = 'u'
                                  -- only: conrelid
                               ) con) u
      GROUP BY u.oid, u.conrelid, u.conname, u.conindid, u.conparentid, u.condeferrable, u.condeferred, u.conperiod,
               u.indnullsnotdistinct) k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class ic ON ic.oid = k.conindid
LEFT JOIN pg_description im
  ON im.objoid = k.conindid AND im.classoid = 'pg_class'::regclass AND im.objsubid = 0 AND im.objoid >= 16384
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
