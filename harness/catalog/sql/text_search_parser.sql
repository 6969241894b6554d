SELECT -- unit: p.oid
       n.nspname AS schema,
       p.prsname AS name,
       p.prsstart::text AS start,
       p.prstoken::text AS gettoken,
       p.prsend::text AS end,
       p.prslextype::text AS lextypes,
       CASE WHEN p.prsheadline <> 0 THEN p.prsheadline::text END AS headline,
       cm.description AS comment
FROM pg_ts_parser p
JOIN pg_namespace n ON n.oid = p.prsnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = p.oid AND cm.classoid = 'pg_ts_parser'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE p.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND p.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_ts_parser'::regclass);
