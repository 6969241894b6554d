-- The same of PostgreSQL 13, whose extended statistics have no expressions.
WITH extended AS (
	UPDATE pg_catalog.pg_statistic_ext_data SET stxdndistinct = NULL, stxddependencies = NULL, stxdmcv = NULL
	WHERE stxoid IN (SELECT oid FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ANY ($1::pg_catalog.oid[]))
)
DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1::pg_catalog.oid[]);
