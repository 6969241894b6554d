-- include: quoted
SELECT -- unit: f.oid
       n.nspname AS schema,
       f.opfname || '(' || a.amname || ')' AS name,
       -- Members for the type of one of its classes are reported there. (The dependencies between them differ by
       -- version.)
       (SELECT to_json(array_agg(x.member ORDER BY x.member COLLATE "C"))
        FROM (SELECT 'OPERATOR ' || m.amopstrategy || ' ' || m.amopopr::regoperator::text
                     || CASE WHEN m.amopsortfamily <> 0 THEN
                          (SELECT ' FOR ORDER BY '
                            || CASE WHEN sn.nspname = 'pg_catalog' THEN ''
                              ELSE quoted(sn.nspname) || '.' END
                                    || quoted(s.opfname)
                           FROM pg_opfamily s
                           JOIN pg_namespace sn ON sn.oid = s.opfnamespace
                           WHERE s.oid = m.amopsortfamily) ELSE '' END AS member
              FROM pg_amop m
              WHERE m.amopfamily = f.oid
                AND (m.amoplefttype <> m.amoprighttype
                     OR m.amoplefttype NOT IN (SELECT c.opcintype FROM pg_opclass c WHERE c.opcfamily = f.oid))
              UNION ALL
              SELECT 'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) || ', '
                     || format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::regprocedure::text
              FROM pg_amproc m
              WHERE m.amprocfamily = f.oid
                AND (m.amproclefttype <> m.amprocrighttype
                     OR m.amproclefttype NOT IN (SELECT c.opcintype FROM pg_opclass c WHERE c.opcfamily = f.oid))) x)
         AS members,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN f.opfowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(f.opfowner)::text END AS owner,
       cm.description AS comment
FROM pg_opfamily f
JOIN pg_am a ON a.oid = f.opfmethod
JOIN pg_namespace n ON n.oid = f.opfnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = f.oid AND cm.classoid = 'pg_opfamily'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE f.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND f.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_opfamily'::regclass);
