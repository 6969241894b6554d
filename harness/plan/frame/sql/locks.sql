-- The relations that the query of the open transaction is about, also where its plan does not show it; and whether each is a table.
SELECT DISTINCT l.relation, c.relkind IN ('r', 'p', 'm'), c.relname
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384 AND c.relkind NOT IN ('i', 'I')
	AND l.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock');
