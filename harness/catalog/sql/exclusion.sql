SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       k.conname AS name,
       pg_get_constraintdef(k.oid) AS definition,
       k.condeferrable AS deferrable,
       k.condeferred AS initially_deferred,
       CASE WHEN k.conparentid <> 0 THEN true END AS inherited,
       CASE WHEN ic.reltablespace <> 0
            THEN (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = ic.reltablespace) END AS tablespace,
       im.description AS index_comment,
       cm.description AS comment
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class ic ON ic.oid = k.conindid
LEFT JOIN pg_description im
  ON im.objoid = k.conindid AND im.classoid = 'pg_class'::regclass AND im.objsubid = 0 AND im.objoid >= 16384
LEFT JOIN pg_description cm
  ON cm.objoid = k.oid AND cm.classoid = 'pg_constraint'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE k.contype = 'x'
  -- only: c.oid
  -- only: k.conrelid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
