-- Statistics of the expressions of CREATE STATISTICS, from 14 on, as export_columns.sql has those of columns. What type one has, the values
-- know, in the binary form of their array. Versions before 15 do not tell a table from it with all that inherits from it.
SELECT q.*
FROM (SELECT NULL::boolean AS inherited) AS absent CROSS JOIN LATERAL (
	SELECT v.statistics_schemaname, v.statistics_name, v.expr, 'f', COALESCE(pg_catalog.format_type(y.oid, -1), ''), COALESCE(y.typtype, 'b'),
		v.null_frac, v.avg_width, v.n_distinct, v.most_common_vals::text, v.most_common_freqs::text, v.histogram_bounds::text,
		v.correlation, v.most_common_elems::text, v.most_common_elem_freqs::text, v.elem_count_histogram::text,
		NULL::text, NULL::text, NULL::text
	FROM pg_catalog.pg_stats_ext_exprs v JOIN pg_catalog.pg_namespace n ON n.nspname = v.schemaname
		JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = v.tablename
		LEFT JOIN pg_catalog.pg_type y ON y.oid = ('x' || pg_catalog.encode(pg_catalog.substr(
			COALESCE(pg_catalog.array_send(v.most_common_vals), pg_catalog.array_send(v.histogram_bounds)), 9, 4), 'hex'))::bit(32)::bigint::oid
	WHERE v.null_frac IS NOT NULL AND COALESCE(inherited, c.relkind = 'p') = (c.relkind = 'p')
	ORDER BY v.statistics_schemaname, v.statistics_name, v.expr) AS q;
