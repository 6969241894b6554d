-- The same by the server's own function, from 18 on.
SELECT r.relation, r.number, pg_catalog.pg_restore_attribute_stats('schemaname', n.nspname::text, 'relname', c.relname::text,
	'attnum', r.number, 'inherited', r.inherited, 'null_frac', r.nulls, 'avg_width', r.width, 'n_distinct', r."distinct",
	'most_common_vals', r.most_common, 'most_common_freqs', r.shares::real[], 'histogram_bounds', r.bounds,
	'correlation', r.correlation, 'most_common_elems', r.elements, 'most_common_elem_freqs', r.element_shares::real[],
	'elem_count_histogram', r.element_counts::real[], 'range_length_histogram', r.lengths, 'range_empty_frac', r.empty,
	'range_bounds_histogram', r.range_bounds)
FROM pg_catalog.json_to_recordset($1) AS r (relation oid, number int2, inherited bool, nulls real, width int, "distinct" real,
	most_common text, shares text, bounds text, correlation real, elements text, element_shares text, element_counts text,
	lengths text, empty real, range_bounds text)
	JOIN pg_catalog.pg_class c ON c.oid = r.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace;
