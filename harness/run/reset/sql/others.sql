-- The other sessions on the database, except resets that wait for this one (they share a lock, see reset_sessions.c).
-- An ordinary user sees neither the kind nor the activity of other users' sessions.
SELECT a.pid,
       'pid ' || a.pid || ', application "' || coalesce(a.application_name, '') || '", user "' || coalesce(a.usename, '')
       || '"' || coalesce(', ' || a.state, '') AS description
FROM pg_stat_activity a
WHERE a.datname = current_database()
  AND a.pid <> pg_backend_pid()
  AND (a.backend_type IS NULL OR a.backend_type = 'client backend')
  AND NOT EXISTS (SELECT
                  FROM pg_locks l
                  WHERE l.pid = a.pid
                    AND l.locktype = 'advisory'
                    AND (l.classid, l.objid, l.objsubid) = (1885827699, 2, 2))
ORDER BY a.pid;
