-- include: quoted
SELECT -- unit: t.oid
       n.nspname AS schema,
       t.dictname AS name,
       CASE WHEN tn.nspname = 'pg_catalog' THEN ''
         ELSE quoted(tn.nspname) || '.' END
             || quoted(tm.tmplname) AS template,
       t.dictinitoption AS options,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN t.dictowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(t.dictowner)::text END AS owner,
       cm.description AS comment
FROM pg_ts_dict t
JOIN pg_namespace n ON n.oid = t.dictnamespace
JOIN pg_ts_template tm ON tm.oid = t.dicttemplate
JOIN pg_namespace tn ON tn.oid = tm.tmplnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_ts_dict'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE t.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_ts_dict'::regclass);
