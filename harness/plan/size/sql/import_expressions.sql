-- All or none of the statistics of an object's expressions, which import_statistic.sql has written as if the objects ($1) were relations, as the arrays that they have to be.
WITH rows AS (
	DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1::pg_catalog.oid[]) RETURNING pg_statistic AS row, starelid, staattnum
), numbers AS (
	SELECT s.oid, g.n FROM pg_catalog.pg_statistic_ext s CROSS JOIN LATERAL pg_catalog.generate_series(1, pg_catalog.cardinality(
		pg_catalog.pg_get_statisticsobjdef_expressions(s.oid))) AS g (n) WHERE s.oid = ANY ($1::pg_catalog.oid[])
)
UPDATE pg_catalog.pg_statistic_ext_data s SET stxdexpr = e.rows
FROM (SELECT n.oid, pg_catalog.array_agg(r.row ORDER BY n.n) AS rows
	FROM numbers n LEFT JOIN rows r ON r.starelid = n.oid AND r.staattnum = n.n GROUP BY n.oid
	HAVING pg_catalog.count(r.starelid) = pg_catalog.count(*)) AS e
WHERE s.stxoid = e.oid;
