SELECT -- unit: t.oid
       n.nspname AS schema,
       t.tmplname AS name,
       CASE WHEN t.tmplinit <> 0 THEN t.tmplinit::text END AS init,
       t.tmpllexize::text AS lexize,
       cm.description AS comment
FROM pg_ts_template t
JOIN pg_namespace n ON n.oid = t.tmplnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_ts_template'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE t.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_ts_template'::regclass);
