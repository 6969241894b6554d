-- Indexes of the tables ($1): their keys as text, and the numbers of the columns in them (0: an expression).
SELECT i.indexrelid, i.indrelid, x.relname, pg_catalog.pg_relation_filepath(i.indexrelid), m.amname, i.indisunique, x.relkind = 'I',
	pg_catalog.pg_get_expr(i.indpred, i.indrelid),
	(SELECT pg_catalog.to_json(pg_catalog.array_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, true)
			|| CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE '' END ORDER BY k))
		FROM pg_catalog.generate_series(1, i.indnkeyatts) AS k),
	i.indkey::text,
	COALESCE((SELECT option_value FROM pg_catalog.pg_options_to_table(x.reloptions) WHERE option_name = 'fillfactor'), '90')
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam
WHERE i.indrelid = ANY ($1::pg_catalog.oid[])
ORDER BY i.indexrelid;
