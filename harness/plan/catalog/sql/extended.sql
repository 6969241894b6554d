-- Statistics objects of the tables ($1): their columns, kinds and expressions.
SELECT s.oid, s.stxrelid, n.nspname, s.stxname, s.stxkeys::text, s.stxkind::text, COALESCE(s.stxstattarget, -1),
	pg_catalog.to_json(COALESCE(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid), '{}'))
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE s.stxrelid = ANY ($1::pg_catalog.oid[])
ORDER BY s.oid;
