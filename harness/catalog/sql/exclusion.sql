SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       k.conname AS name,
       pg_get_constraintdef(k.oid) AS definition,
       k.condeferrable AS deferrable,
       k.condeferred AS initially_deferred,
       cm.description AS comment
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = k.oid AND cm.classoid = 'pg_constraint'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE k.contype = 'x'
  -- only: c.oid
  -- only: k.conrelid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
