SELECT -- unit: n.oid
       n.nspname AS name,
       -- What initdb says of "public" nobody has written.
       CASE WHEN n.nspname <> 'public' OR cm.description <> 'standard public schema' THEN cm.description END AS comment
FROM pg_namespace n
LEFT JOIN pg_description cm
  ON cm.objoid = n.oid AND cm.classoid = 'pg_namespace'::regclass AND cm.objsubid = 0
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND n.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_namespace'::regclass);
