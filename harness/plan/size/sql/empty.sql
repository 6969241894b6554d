-- Of the tables ($1): those with triggers; the list for TRUNCATE; the statements that empty materialized views.
SELECT COALESCE(pg_catalog.array_agg(c.oid) FILTER (WHERE c.relhastriggers), '{}')::text,
	pg_catalog.string_agg(pg_catalog.format('ONLY %I.%I', n.nspname, c.relname), ', ' ORDER BY c.oid) FILTER (WHERE c.relkind = 'r'),
	pg_catalog.string_agg(pg_catalog.format('; REFRESH MATERIALIZED VIEW %I.%I WITH NO DATA', n.nspname, c.relname), '' ORDER BY c.oid)
		FILTER (WHERE c.relkind = 'm')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY ($1::pg_catalog.oid[]);
