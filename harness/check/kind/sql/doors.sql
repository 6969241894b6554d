-- Ways from this database into another one. Only the options of a server that identify its target are shown: no secrets.
SELECT 'server ' || quote_ident(s.srvname) AS subject,
       format('server "%s" leads to another database (%s)%s', s.srvname,
              coalesce((SELECT string_agg(o, ', ' ORDER BY o COLLATE "C")
                        FROM unnest(s.srvoptions) o
                        WHERE split_part(o, '=', 1) IN ('dbname', 'host', 'hostaddr', 'port', 'service')),
                       'as its user mappings say'),
              coalesce((SELECT ', with user mappings for ' || string_agg(u.usename, ', ' ORDER BY u.usename COLLATE "C")
                        FROM pg_user_mappings u
                        WHERE u.srvid = s.oid), '')) AS finding,
       format('DROP SERVER %I CASCADE', s.srvname) AS remedy
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
LEFT JOIN pg_proc h ON h.oid = w.fdwhandler
LEFT JOIN pg_proc v ON v.oid = w.fdwvalidator
WHERE h.proname = 'postgres_fdw_handler'
   OR v.proname IN ('postgres_fdw_validator', 'dblink_fdw_validator', 'postgresql_fdw_validator')
UNION ALL
SELECT 'extension dblink',
       'extension "dblink" lets functions connect to any database',
       'DROP EXTENSION dblink'
FROM pg_extension
WHERE extname = 'dblink'
UNION ALL
SELECT 'subscription ' || quote_ident(subname),
       format('subscription "%s" copies rows of another database', subname),
       format('DROP SUBSCRIPTION %I', subname)
FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1;
