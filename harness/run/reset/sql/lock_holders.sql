-- Who holds a lock on anything that a reset drops. A lock without a process is that of a prepared transaction, which also has one on its own
-- number.
SELECT coalesce('pid ' || l.pid || coalesce(', application "' || a.application_name || '", user "' || a.usename || '"'
                                            || coalesce(', ' || a.state, ''), ''),
                'the prepared transaction "' || p.gid || '"',
                'a prepared transaction') AS holder,
       string_agg(DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname), ', ') AS relations
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
LEFT JOIN pg_locks x ON l.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid'
                        AND x.virtualtransaction = l.virtualtransaction
LEFT JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
LEFT JOIN pg_class c ON l.locktype = 'relation' AND c.oid = l.relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.granted
  AND l.locktype IN ('relation', 'object')
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND (l.locktype = 'object' OR n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
GROUP BY 1
ORDER BY 1;
