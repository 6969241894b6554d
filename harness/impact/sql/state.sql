-- How far the server's log has come, in bytes, and how long the session waits for a lock.
SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint, pg_catalog.current_setting('lock_timeout');
