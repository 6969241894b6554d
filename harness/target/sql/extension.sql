-- Whether what the extension $1 shows may be asked: its schema, quoted, or why not. Its view is not read, because views are restricted in this session;
-- the function behind it has the extension's name, and has to be the extension's own, in C: no code of the database runs.
SELECT quote_ident(n.nspname) AS schema,
       CASE WHEN e.oid IS NULL THEN 'there is no extension ' || q.name
            WHEN NOT EXISTS (SELECT
                             FROM pg_depend d
                             JOIN pg_proc p ON p.oid = d.objid
                             JOIN pg_language l ON l.oid = p.prolang
                             WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
                               AND p.proname = q.name AND p.pronamespace = n.oid AND l.lanname = 'c') THEN 'the extension ' || q.name || ' has no function of its name'
            WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN 'it needs GRANT USAGE ON SCHEMA ' || quote_ident(n.nspname) || ' TO ' || quote_ident(current_user)
            WHEN NOT pg_has_role('pg_read_all_stats', 'USAGE') THEN 'it needs GRANT pg_read_all_stats TO ' || quote_ident(current_user) END AS why
FROM (SELECT $1::text AS name) q
LEFT JOIN pg_extension e ON e.extname = q.name
LEFT JOIN pg_namespace n ON n.oid = e.extnamespace;
