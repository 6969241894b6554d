-- Which database this is: its number, when its server was started (to the microsecond), and the timeline it writes. Everybody may ask this;
-- the number of the cluster is asked for apart (identity.c).
SELECT d.datname AS database,
       d.oid AS oid,
       extract(epoch FROM pg_postmaster_start_time())::text AS started,
       CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline,
       coalesce(host(inet_server_addr()), 'a Unix socket') || ' port ' || coalesce(inet_server_port()::text, current_setting('port')) AS address,
       pg_backend_pid() AS pid
FROM pg_database d
WHERE d.datname = current_database();
