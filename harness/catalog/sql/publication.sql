-- include: quoted
SELECT -- unit: p.oid
       p.pubname AS name,
       p.puballtables AS all_tables,
       (SELECT to_json(array_agg(quoted(tn.nspname)
                                 || '.' || quoted(c.relname)
                                 || CASE WHEN r.prattrs IS NULL THEN '' ELSE
                                      (SELECT ' (' || string_agg(quoted(a.attname), ', '
                                                                 ORDER BY a.attnum) || ')'
                                       FROM pg_attribute a
                                       WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) END
                                 || coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '')
                                 ORDER BY tn.nspname, c.relname))
        -- prqual and prattrs came with 15: an older server finds the names in "absent".
        FROM (SELECT NULL::pg_node_tree AS prqual, NULL::int2vector AS prattrs) absent
        CROSS JOIN LATERAL (SELECT prpubid, prrelid, prqual, prattrs FROM pg_publication_rel) r
        JOIN pg_class c ON c.oid = r.prrelid
        JOIN pg_namespace tn ON tn.oid = c.relnamespace
        WHERE r.prpubid = p.oid) AS tables,
       -- Which are the schemas is read where every version has it: pg_publication_namespace came with 15.
       (SELECT to_json(array_agg(s.nspname::text ORDER BY s.nspname))
        FROM pg_depend d
        JOIN pg_depend e ON e.classid = d.classid AND e.objid = d.objid
        JOIN pg_namespace s ON s.oid = e.refobjid
        WHERE d.refclassid = 'pg_publication'::regclass
          AND d.refobjid = p.oid
          AND d.classid = to_regclass('pg_publication_namespace')
          AND e.refclassid = 'pg_namespace'::regclass) AS schemas,
       to_json(array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END,
                                  CASE WHEN p.pubupdate THEN 'update' END,
                                  CASE WHEN p.pubdelete THEN 'delete' END,
                                  CASE WHEN p.pubtruncate THEN 'truncate' END], NULL)) AS publish,
       p.pubviaroot AS via_partition_root,
       CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END AS generated_columns,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN p.pubowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(p.pubowner)::text END AS owner,
       cm.description AS comment
-- pubgencols came with 18: an older server finds the name in "absent".
FROM (SELECT 'n'::"char" AS pubgencols) absent
CROSS JOIN LATERAL (SELECT oid, pubname, pubowner, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate,
                           pubviaroot, pubgencols
                    FROM pg_publication) p
LEFT JOIN pg_description cm
  ON cm.objoid = p.oid AND cm.classoid = 'pg_publication'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE p.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_publication'::regclass);
