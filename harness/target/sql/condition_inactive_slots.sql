-- Replication slots without a reader: the server keeps all WAL since then, and a migration writes much of it.
SELECT s.slot_name::text AS object,
       1 AS value,
       s.slot_type || coalesce(', keeps ' || pg_size_pretty(CASE WHEN NOT pg_is_in_recovery()
                                                                 THEN pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn) END), '') AS note
FROM pg_replication_slots s
WHERE NOT s.active
ORDER BY 1;
