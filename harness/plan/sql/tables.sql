-- Tables and materialized views, with where their files are, and the table that a partition belongs to in the end.
SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.pg_relation_filepath(c.oid),
	COALESCE((SELECT option_value FROM pg_catalog.pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), '100'),
	CASE WHEN c.relispartition THEN (SELECT relid FROM pg_catalog.pg_partition_ancestors(c.oid) WITH ORDINALITY AS a (relid, place)
		ORDER BY place DESC LIMIT 1)::oid END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
	AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY c.oid;
