SELECT -- unit: o.oid
       n.nspname AS schema,
       o.oprname || '(' || CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', '
         || CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END || ')' AS name,
       CASE WHEN o.oprcode <> 0 THEN o.oprcode::text END AS function,
       CASE WHEN o.oprresult <> 0 THEN format_type(o.oprresult, NULL) END AS returns,
       CASE WHEN o.oprcom <> 0 THEN o.oprcom::regoperator::text END AS commutator,
       CASE WHEN o.oprnegate <> 0 THEN o.oprnegate::regoperator::text END AS negator,
       CASE WHEN o.oprrest <> 0 THEN o.oprrest::text END AS restrict,
       CASE WHEN o.oprjoin <> 0 THEN o.oprjoin::text END AS join,
       o.oprcanhash AS hashes,
       o.oprcanmerge AS merges,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN o.oprowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(o.oprowner)::text END AS owner,
       cm.description AS comment
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = o.oid AND cm.classoid = 'pg_operator'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE o.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND o.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_operator'::regclass);
