-- Tables, materialized views and their indexes, with their sizes, and whether pg_stats shows this role their contents.
SELECT n.nspname, c.relname, t.relname, c.relpages, c.reltuples, c.relallvisible,
	CASE WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') OR NOT pg_catalog.has_any_column_privilege(COALESCE(i.indrelid, c.oid), 'SELECT')
			THEN 'the role may not read it: GRANT SELECT ON it'
		WHEN pg_catalog.row_security_active(COALESCE(i.indrelid, c.oid)) THEN 'row security hides its statistics: read them as its owner'
		WHEN c.relkind IN ('r', 'm') AND c.reltuples <= 0 AND c.relpages = 0 AND NOT EXISTS (
			SELECT FROM pg_catalog.pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname)
			THEN 'it was never analyzed, or is empty: ANALYZE it' END,
	c.relkind
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE c.relkind IN ('r', 'p', 'm', 'i') AND c.relpersistence <> 't'
	AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY n.nspname, COALESCE(t.relname, c.relname), i.indexrelid IS NOT NULL, c.relname;
