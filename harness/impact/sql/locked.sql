-- The relations up to the OID of impact_set_last that the session's transaction has locked, with the modes, and their
-- current state (a dropped one has no kind); then the newer indexes of these.
WITH last AS MATERIALIZED (
	SELECT pg_catalog.current_setting('pgassay.last_oid')::pg_catalog.oid AS oid
), locked AS MATERIALIZED (
	SELECT k.relation, pg_catalog.bit_or(1 << CASE k.mode WHEN 'AccessShareLock' THEN 1 WHEN 'RowShareLock' THEN 2
		WHEN 'RowExclusiveLock' THEN 3 WHEN 'ShareUpdateExclusiveLock' THEN 4 WHEN 'ShareLock' THEN 5
		WHEN 'ShareRowExclusiveLock' THEN 6 WHEN 'ExclusiveLock' THEN 7 ELSE 8 END) AS modes
	FROM pg_catalog.pg_locks k
	WHERE k.locktype = 'relation' AND k.pid = pg_catalog.pg_backend_pid() AND k.granted
		AND k.relation BETWEEN '16384'::pg_catalog.oid AND (SELECT oid FROM last)
	GROUP BY k.relation
), looked_at AS (
	SELECT l.relation, l.modes FROM locked l
	UNION ALL
	SELECT i.indexrelid, 0 FROM locked l JOIN pg_catalog.pg_index i ON i.indrelid = l.relation
	WHERE i.indexrelid > (SELECT oid FROM last) AND l.modes >= 32
)
SELECT l.relation, l.modes, c.relkind, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), c.relname,
	COALESCE(i.indrelid, h.inhparent, 0), COALESCE(pg_catalog.pg_relation_filenode(c.oid), 0),
	CASE WHEN c.relkind = 'i' THEN pg_catalog.pg_relation_size(c.oid)
		WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_table_size(c.oid) ELSE 0 END,
	pg_catalog.pg_stat_get_xact_numscans(l.relation), pg_catalog.pg_stat_get_xact_tuples_returned(l.relation),
	pg_catalog.pg_stat_get_xact_tuples_inserted(l.relation), pg_catalog.pg_stat_get_xact_tuples_updated(l.relation),
	pg_catalog.pg_stat_get_xact_tuples_deleted(l.relation)
FROM looked_at l
	LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
	LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid AND c.relispartition AND c.relkind IN ('r', 'p', 'f')
WHERE c.relkind IS DISTINCT FROM 't' AND n.nspname IS DISTINCT FROM 'pg_toast' AND c.relpersistence IS DISTINCT FROM 't'
ORDER BY i.indrelid IS NOT NULL;
