-- The same up to 14, where CREATE STATISTICS makes a row for each.
UPDATE pg_catalog.pg_statistic_ext_data s SET stxdndistinct = pg_catalog.decode(r."distinct", 'hex')::pg_catalog.pg_ndistinct,
	stxddependencies = pg_catalog.decode(r.dependencies, 'hex')::pg_catalog.pg_dependencies,
	stxdmcv = pg_catalog.decode(r.most_common, 'hex')::pg_catalog.pg_mcv_list
FROM pg_catalog.json_to_recordset($1) AS r (object oid, inherited bool, "distinct" text, dependencies text, most_common text)
WHERE s.stxoid = r.object;
