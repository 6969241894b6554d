-- Indexes that a statement CONCURRENTLY has begun and not finished.
SELECT i.indexrelid, pg_catalog.format('%I.%I', n.nspname, c.relname), i.indrelid, pg_catalog.format('%I.%I', m.nspname, t.relname)
FROM pg_catalog.pg_index i
	JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
	JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
WHERE NOT i.indisvalid ORDER BY 2;
