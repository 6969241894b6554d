-- include: quoted
SELECT -- unit: s.oid
       n.nspname AS schema,
       s.stxname AS name,
       quoted(tn.nspname)
         || '.' || quoted(c.relname) AS table,
       (SELECT to_json(array_agg(a.attname::text ORDER BY a.attnum))
        FROM pg_attribute a
        WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)) AS columns,
       pg_get_expr(s.stxexprs, s.stxrelid) AS expressions,
       (SELECT to_json(array_agg(k.name ORDER BY k.name))
        FROM (SELECT CASE u WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv' END AS name
              FROM unnest(s.stxkind) u) k
        WHERE k.name IS NOT NULL) AS kinds,
       NULLIF(s.stxstattarget, -1) AS target,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN s.stxowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(s.stxowner)::text END AS owner,
       cm.description AS comment
-- stxexprs came with 14: an older server finds the name in "absent".
FROM (SELECT NULL::pg_node_tree AS stxexprs) absent
CROSS JOIN LATERAL (SELECT oid, stxrelid, stxname, stxnamespace, stxowner, stxstattarget, stxkeys, stxkind, stxexprs
                    FROM pg_statistic_ext) s
JOIN pg_class c ON c.oid = s.stxrelid
JOIN pg_namespace tn ON tn.oid = c.relnamespace
JOIN pg_namespace n ON n.oid = s.stxnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = s.oid AND cm.classoid = 'pg_statistic_ext'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND s.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_statistic_ext'::regclass);
