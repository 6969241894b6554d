-- Whether ALTER ROLE or ALTER DATABASE gives the role $1, which migrates, a lock_timeout; the setting for the role in this database counts
-- before that of the role, and that before the database's. Without one, a migration that waits for a lock keeps everybody waiting who comes
-- after it.
SELECT 'role ' || quote_ident(r.rolname) AS object, 1 AS value, 'neither ALTER ROLE nor ALTER DATABASE gives it a lock_timeout' AS note
FROM (SELECT quote_ident($1)::regrole::oid AS oid) q
JOIN pg_roles r ON r.oid = q.oid
WHERE coalesce((SELECT split_part(c.setting, '=', 2) IN ('0', '0s', '0ms')
                FROM pg_db_role_setting s, unnest(s.setconfig) c(setting)
                WHERE s.setrole IN (0, r.oid)
                  AND s.setdatabase IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
                  AND lower(split_part(c.setting, '=', 1)) = 'lock_timeout'
                ORDER BY s.setrole = 0, s.setdatabase = 0
                LIMIT 1), true);
