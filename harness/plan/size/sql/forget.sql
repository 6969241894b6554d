-- Removes existing statistics of these relations ($1). The row of a statistics object stays: up to 14 the planner needs
-- one.
WITH extended AS (
	UPDATE pg_catalog.pg_statistic_ext_data SET stxdndistinct = NULL, stxddependencies = NULL, stxdmcv = NULL, stxdexpr = NULL
	WHERE stxoid IN (SELECT oid FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ANY ($1::pg_catalog.oid[]))
)
DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1::pg_catalog.oid[]);
