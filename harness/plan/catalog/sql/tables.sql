-- Tables and materialized views ($1), with where their files are, and the table that a partition belongs to in the end.
SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.pg_relation_filepath(c.oid),
	COALESCE((SELECT option_value FROM pg_catalog.pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), '100'),
	CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid)::oid END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY ($1::pg_catalog.oid[])
ORDER BY c.oid;
