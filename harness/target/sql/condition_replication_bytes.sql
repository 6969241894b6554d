-- How much WAL each standby has not replayed, in bytes.
SELECT coalesce(nullif(r.application_name, ''), 'pid ' || r.pid) AS object,
       CASE WHEN pg_is_in_recovery() THEN 0
            WHEN r.state IS NOT NULL THEN coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn), 0) END AS value,
       r.state AS note
FROM pg_stat_replication r
ORDER BY 2 DESC;
