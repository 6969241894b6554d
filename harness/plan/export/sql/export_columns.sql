-- Whole rows of pg_stats, with the type of each column. Versions before 17 lack the columns about ranges.
SELECT q.*
FROM (SELECT NULL::text AS range_length_histogram, NULL::real AS range_empty_frac, NULL::text AS range_bounds_histogram) AS absent
	CROSS JOIN LATERAL (
		SELECT s.schemaname, s.tablename, s.attname, s.inherited, pg_catalog.format_type(a.atttypid, a.atttypmod), y.typtype,
			s.null_frac, s.avg_width, s.n_distinct, s.most_common_vals::text, s.most_common_freqs::text, s.histogram_bounds::text,
			s.correlation, s.most_common_elems::text, s.most_common_elem_freqs::text, s.elem_count_histogram::text,
			range_length_histogram::text AS lengths, range_empty_frac AS empty, range_bounds_histogram::text AS range_bounds
		FROM pg_catalog.pg_stats s JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
			JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
			JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname AND NOT a.attisdropped
			JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
		WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema') AND s.schemaname !~ '^pg_toast'
		ORDER BY s.schemaname, s.tablename, s.inherited, a.attnum) AS q;
