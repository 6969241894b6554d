-- Statistics of these relations ($1) that are there already. What CREATE STATISTICS has made stays as a row: up to 14 the planner wants one.
WITH extended AS (
	UPDATE pg_catalog.pg_statistic_ext_data SET stxdndistinct = NULL, stxddependencies = NULL, stxdmcv = NULL, stxdexpr = NULL
	WHERE stxoid IN (SELECT oid FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ANY ($1::pg_catalog.oid[]))
)
DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1::pg_catalog.oid[]);
