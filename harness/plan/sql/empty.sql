-- Of the tables of these OIDs ($1) or names ($2, each as schema and name behind each other), with their partitions: their OIDs; those of them
-- that have triggers; what TRUNCATE takes; how materialized views are emptied.
WITH RECURSIVE named AS (
	SELECT names[2 * i - 1] AS schema, names[2 * i] AS name
	FROM (SELECT $2::text[] AS names) AS q, pg_catalog.generate_series(1, pg_catalog.cardinality(names) / 2) AS i
), sized AS (
	SELECT c.oid FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::pg_catalog.oid[])
	UNION SELECT c.oid FROM named JOIN pg_catalog.pg_namespace n ON n.nspname = named.schema
		JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = named.name AND c.relkind IN ('r', 'p', 'm')
	UNION SELECT i.inhrelid FROM sized JOIN pg_catalog.pg_inherits i ON i.inhparent = sized.oid
		JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid AND p.relispartition
)
SELECT COALESCE(pg_catalog.array_agg(c.oid), '{}')::text,
	COALESCE(pg_catalog.array_agg(c.oid) FILTER (WHERE c.relhastriggers), '{}')::text,
	pg_catalog.string_agg(pg_catalog.format('ONLY %I.%I', n.nspname, c.relname), ', ' ORDER BY c.oid) FILTER (WHERE c.relkind = 'r'),
	pg_catalog.string_agg(pg_catalog.format('; REFRESH MATERIALIZED VIEW %I.%I WITH NO DATA', n.nspname, c.relname), '' ORDER BY c.oid)
		FILTER (WHERE c.relkind = 'm')
FROM sized JOIN pg_catalog.pg_class c ON c.oid = sized.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace;
