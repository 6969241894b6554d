-- The relations that another session has locked or waits for, in which modes; a row without a relation says that it waits.
SELECT k.relation, pg_catalog.bit_or(1 << CASE k.mode WHEN 'AccessShareLock' THEN 1 WHEN 'RowShareLock' THEN 2
	WHEN 'RowExclusiveLock' THEN 3 WHEN 'ShareUpdateExclusiveLock' THEN 4 WHEN 'ShareLock' THEN 5
	WHEN 'ShareRowExclusiveLock' THEN 6 WHEN 'ExclusiveLock' THEN 7 ELSE 8 END)
FROM pg_catalog.pg_locks k
WHERE k.locktype = 'relation' AND k.pid = $1::int AND k.relation >= '16384'::pg_catalog.oid
GROUP BY k.relation
UNION ALL
SELECT NULL, 0 FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1::int AND a.wait_event_type = 'Lock';
