-- include: quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.opcname || '(' || a.amname || ')' AS name,
       format_type(c.opcintype, NULL) AS type,
       c.opcdefault AS default,
       CASE WHEN fn.nspname = 'pg_catalog' THEN ''
         ELSE quoted(fn.nspname) || '.' END
             || quoted(f.opfname) AS family,
       CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END AS storage,
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
              WHERE m.amopfamily = c.opcfamily
                AND m.amoplefttype = c.opcintype
                AND m.amoprighttype = c.opcintype
              UNION ALL
              SELECT 'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) || ', '
                     || format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::regprocedure::text
              FROM pg_amproc m
              WHERE m.amprocfamily = c.opcfamily
                AND m.amproclefttype = c.opcintype
                AND m.amprocrighttype = c.opcintype) x) AS members,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN c.opcowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(c.opcowner)::text END AS owner,
       cm.description AS comment
FROM pg_opclass c
JOIN pg_am a ON a.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_namespace fn ON fn.oid = f.opfnamespace
JOIN pg_namespace n ON n.oid = c.opcnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = c.oid AND cm.classoid = 'pg_opclass'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE c.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_opclass'::regclass);
