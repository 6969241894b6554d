-- The relations that the open transaction only reads: what a query is about, also where its plan does not show it.
SELECT DISTINCT relation FROM pg_catalog.pg_locks
WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND mode = 'AccessShareLock' AND relation >= 16384;
