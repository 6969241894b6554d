-- The tables and materialized views among some relations, each with all partitions of the table that it belongs to. $1 is an array: of its
-- elements the first is an array of OIDs, then come schemas and names behind each other.
WITH RECURSIVE given AS (SELECT $1::text[] AS list), tables AS (
	SELECT pg_catalog.unnest(list[1]::oid[]) AS oid FROM given
	UNION SELECT c.oid FROM given CROSS JOIN LATERAL pg_catalog.generate_series(2, pg_catalog.cardinality(list), 2) AS i
		JOIN pg_catalog.pg_namespace n ON n.nspname = list[i]
		JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = list[i + 1]
), roots AS (
	SELECT CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid)::oid ELSE c.oid END AS oid
	FROM tables t JOIN pg_catalog.pg_class c ON c.oid = t.oid WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
		AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
), whole AS (
	SELECT oid FROM roots
	UNION SELECT i.inhrelid FROM whole w JOIN pg_catalog.pg_inherits i ON i.inhparent = w.oid
		JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition
)
SELECT COALESCE(pg_catalog.array_agg(oid ORDER BY oid), '{}') FROM whole;
