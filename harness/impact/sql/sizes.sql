-- How many bytes there are in the files of all relations that have rows, and of their indexes.
SELECT c.oid, CASE WHEN c.relkind = 'i' THEN pg_catalog.pg_relation_size(c.oid) ELSE pg_catalog.pg_table_size(c.oid) END
FROM pg_catalog.pg_class c
WHERE c.oid >= '16384'::pg_catalog.oid AND c.relkind IN ('r', 'm', 'i') AND c.relpersistence <> 't'
	AND c.relnamespace <> (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = 'pg_toast');
