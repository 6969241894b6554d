-- The objects that a reset drops. Schemas of extensions go with them. plpgsql is part of every new database, so it
-- stays.
SELECT (SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname)
        FROM pg_namespace n
        WHERE n.nspname !~ '^pg_'
          AND n.nspname <> 'information_schema'
          AND n.oid NOT IN (SELECT d.objid
                            FROM pg_depend d
                            WHERE d.refclassid = 'pg_extension'::regclass
                              AND d.deptype = 'e'
                              AND d.classid = 'pg_namespace'::regclass)) AS schemas,
       (SELECT string_agg(quote_ident(e.extname), ', ' ORDER BY e.extname)
        FROM pg_extension e
        WHERE e.oid >= 16384
          AND e.extname <> 'plpgsql') AS extensions;
