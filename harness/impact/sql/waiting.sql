-- The relations that another session has locked or waits for, with the modes; then, without a relation, the processes
-- that others wait for.
SELECT k.relation, pg_catalog.bit_or(1 << CASE k.mode WHEN 'AccessShareLock' THEN 1 WHEN 'RowShareLock' THEN 2
	WHEN 'RowExclusiveLock' THEN 3 WHEN 'ShareUpdateExclusiveLock' THEN 4 WHEN 'ShareLock' THEN 5
	WHEN 'ShareRowExclusiveLock' THEN 6 WHEN 'ExclusiveLock' THEN 7 ELSE 8 END)
FROM pg_catalog.pg_locks k
WHERE k.locktype = 'relation' AND k.pid = $1::int AND k.relation >= '16384'::pg_catalog.oid
GROUP BY k.relation
UNION ALL
SELECT NULL, b.pid
FROM (SELECT DISTINCT w.pid FROM pg_catalog.pg_locks w WHERE NOT w.granted) w,
	LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) b (pid);
