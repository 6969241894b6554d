SELECT -- unit: a.oid
       a.amname AS name,
       CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END AS kind,
       a.amhandler::regproc::text AS handler,
       cm.description AS comment
FROM pg_am a
LEFT JOIN pg_description cm
  ON cm.objoid = a.oid AND cm.classoid = 'pg_am'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE a.oid >= 16384
  AND a.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_am'::regclass);
