-- Lock waits: the waiting process, the process that it waits for, the table, and the number of the lock's mode.
SELECT w.pid, b.pid, COALESCE(pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), ''),
	CASE w.mode WHEN 'AccessShareLock' THEN 1 WHEN 'RowShareLock' THEN 2 WHEN 'RowExclusiveLock' THEN 3
		WHEN 'ShareUpdateExclusiveLock' THEN 4 WHEN 'ShareLock' THEN 5 WHEN 'ShareRowExclusiveLock' THEN 6
		WHEN 'ExclusiveLock' THEN 7 ELSE 8 END
FROM (SELECT k.pid, k.relation, k.mode FROM pg_catalog.pg_locks k WHERE NOT k.granted) w
	LEFT JOIN pg_catalog.pg_class c ON c.oid = w.relation
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
	LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) b (pid);
