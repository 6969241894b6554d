SELECT -- unit: t.oid
       format_type(t.trftype, NULL) || ' FOR ' || l.lanname AS name,
       CASE WHEN t.trffromsql <> 0 THEN t.trffromsql::regprocedure::text END AS from_sql,
       CASE WHEN t.trftosql <> 0 THEN t.trftosql::regprocedure::text END AS to_sql,
       cm.description AS comment
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_transform'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE t.oid >= 16384
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_transform'::regclass);
