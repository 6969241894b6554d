SELECT 'pid ' || l.pid || coalesce(', application "' || a.application_name || '", user "' || a.usename || '"', '') AS holder
FROM pg_locks l
LEFT JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory'
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid, l.objid, l.objsubid) = (1885827699, 1, 2)
  AND l.granted
  AND l.pid <> pg_backend_pid();
