-- All relations above the OID of impact_set_last, but TOAST tables and temporary ones: with the table of an index, the
-- parent of a partition, the number of the file.
SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relname, c.relkind, COALESCE(i.indrelid, h.inhparent, 0),
	COALESCE(pg_catalog.pg_relation_filenode(c.oid), 0)
FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
	LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid AND c.relispartition AND c.relkind IN ('r', 'p', 'f')
WHERE c.oid > (SELECT pg_catalog.current_setting('pgassay.last_oid')::pg_catalog.oid) AND c.relkind IN ('r', 'p', 'm', 'v', 'i', 'I', 'S', 'f') AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast'
ORDER BY i.indrelid IS NOT NULL;
