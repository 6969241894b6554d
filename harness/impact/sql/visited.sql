-- The tables and views that the session's transaction has locked, with the mode, as far as queries take it.
SELECT k.relation, CASE k.mode WHEN 'AccessShareLock' THEN 1 WHEN 'RowShareLock' THEN 2 ELSE 3 END
FROM pg_catalog.pg_locks k
WHERE k.locktype = 'relation' AND k.pid = pg_catalog.pg_backend_pid() AND k.granted AND k.relation >= '16384'::pg_catalog.oid;
