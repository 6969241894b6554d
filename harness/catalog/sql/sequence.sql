-- include: privileges_owner, quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS name,
       format_type(s.seqtypid, NULL) AS type,
       s.seqstart AS start,
       s.seqmin AS minimum,
       s.seqmax AS maximum,
       s.seqincrement AS increment,
       s.seqcache AS cache,
       s.seqcycle AS cycle,
       o.owned_by,
       coalesce(o.deptype = 'i', false) AS identity,
       -- The sequence of a column has the persistence of its table.
       CASE WHEN o.owned_by IS NULL AND c.relpersistence = 'u' THEN 'unlogged' END AS persistence,
       CASE WHEN o.owned_by IS NULL
             AND c.relowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(c.relowner)::text END AS owner,
       -- The owner has all of them by default; an entry of its own says that some are missing.
       CASE WHEN c.relacl IS NOT NULL THEN
         privileges_owner(c.relacl, c.relowner, 3) END AS privileges,
       cm.description AS comment
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT d.objid,
                  d.deptype,
                  quoted(tn.nspname)
                  || '.' || quoted(t.relname)
                  || '.' || (SELECT quoted(a.attname)
                             FROM pg_attribute a
                             WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid) AS owned_by
           FROM pg_sequence ds
           JOIN pg_depend d ON d.objid = ds.seqrelid
           JOIN pg_class t ON t.oid = d.refobjid
           JOIN pg_namespace tn ON tn.oid = t.relnamespace
           WHERE d.classid = 'pg_class'::regclass
             AND d.objsubid = 0
             -- The expression keeps the planner from the index on the referenced object, which looks better while the
             -- catalog is small.
             AND (d.refclassid = 'pg_class'::regclass) IS TRUE
             -- only: d.objid
             AND d.refobjsubid > 0
             AND d.deptype IN ('a', 'i')
             -- only: ds.seqrelid
          ) o ON o.objid = s.seqrelid
LEFT JOIN pg_description cm
  ON cm.objoid = s.seqrelid AND cm.classoid = 'pg_class'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  -- only: s.seqrelid
  AND n.nspname <> 'information_schema'
  -- reads only
  AND s.seqrelid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
