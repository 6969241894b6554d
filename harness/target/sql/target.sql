-- The facts about a database that is not scratch. Settings are read where ALTER DATABASE keeps them, so that neither
-- a role nor a connection string can pretend to be the database's owner. Names of settings have no case, and are kept as they were written.
SELECT d.datname AS database,
       quote_ident(d.datname) AS quoted,
       session_user AS "user",
       pg_backend_pid() AS pid,
       d.datistemplate AS template,
       pg_is_in_recovery() AS recovery,
       current_setting('archive_mode') <> 'off' AS archiving,
       inet_server_addr() IS NULL AS no_address,
       coalesce((inet_server_addr() <<= inet '127.0.0.0/8' OR inet_server_addr() = inet '::1')
                AND (inet_client_addr() <<= inet '127.0.0.0/8' OR inet_client_addr() = inet '::1'), false) AS loopback,
       inet_client_port() AS client_port,
       shobj_description(d.oid, 'pg_database') AS comment,
       (SELECT string_agg(DISTINCT substr(s.setting, strpos(s.setting, '=') + 1), ' and ')
        FROM pg_db_role_setting r, unnest(r.setconfig) s(setting)
        WHERE r.setdatabase = d.oid
          AND r.setrole = 0
          AND lower(split_part(s.setting, '=', 1)) = 'pgassay.resettable') AS mark,
       (SELECT count(*) FROM pg_stat_replication) AS standbys,
       (SELECT string_agg(slot_name::text, ', ' ORDER BY slot_name)
        FROM pg_replication_slots
        WHERE NOT temporary
          AND (slot_type = 'physical' OR datoid = d.oid)) AS slots,
       (SELECT string_agg(subname::text, ', ' ORDER BY subname) FROM pg_subscription WHERE subdbid = d.oid) AS subscriptions
FROM pg_database d
WHERE d.datname = current_database();
