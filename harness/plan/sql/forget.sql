-- Statistics of these relations ($1) that are there already.
WITH extended AS (
	DELETE FROM pg_catalog.pg_statistic_ext_data
	WHERE stxoid IN (SELECT oid FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ANY ($1::pg_catalog.oid[]))
)
DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1::pg_catalog.oid[]);
