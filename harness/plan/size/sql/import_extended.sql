-- The data of statistics objects, as bytes in hexadecimal. Needs casts of bytea to the types of pg_statistic_ext_data.
-- From 15 on ANALYZE makes the rows.
WITH given AS (
	SELECT r.*, pg_catalog.decode(r."distinct", 'hex')::pg_catalog.pg_ndistinct AS d,
		pg_catalog.decode(r.dependencies, 'hex')::pg_catalog.pg_dependencies AS f,
		pg_catalog.decode(r.most_common, 'hex')::pg_catalog.pg_mcv_list AS m
	FROM pg_catalog.json_to_recordset($1) AS r (object oid, inherited bool, "distinct" text, dependencies text, most_common text)
), kept AS (
	UPDATE pg_catalog.pg_statistic_ext_data s SET stxdndistinct = g.d, stxddependencies = g.f, stxdmcv = g.m
	FROM given g WHERE s.stxoid = g.object AND s.stxdinherit = g.inherited
	RETURNING s.stxoid
)
INSERT INTO pg_catalog.pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies, stxdmcv)
SELECT g.object, g.inherited, g.d, g.f, g.m FROM given g WHERE g.object NOT IN (SELECT k.stxoid FROM kept k);
