-- Rows of pg_statistic: the slots are, in this order, most common values, bounds, correlation, then elements or lengths of ranges,
-- then counts of elements or bounds of ranges. Operators are as in operators.sql.
INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
	stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5,
	stacoll1, stacoll2, stacoll3, stacoll4, stacoll5, stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5,
	stavalues1, stavalues2, stavalues3, stavalues4, stavalues5)
SELECT r.relation, r.number, r.inherited, r.nulls, r.width, r."distinct",
	CASE WHEN r.most_common IS NULL THEN 0 ELSE 1 END, CASE WHEN r.bounds IS NULL THEN 0 ELSE 2 END,
	CASE WHEN r.correlation IS NULL THEN 0 ELSE 3 END,
	CASE WHEN r.elements IS NOT NULL THEN 4 WHEN r.lengths IS NOT NULL THEN 6 ELSE 0 END,
	CASE WHEN r.element_counts IS NOT NULL THEN 5 WHEN r.range_bounds IS NOT NULL THEN 7 ELSE 0 END,
	CASE WHEN r.most_common IS NULL THEN 0 ELSE r.equal END,
	CASE WHEN r.bounds IS NULL THEN 0 ELSE r.less END,
	CASE WHEN r.correlation IS NULL THEN 0 ELSE r.less END,
	CASE WHEN r.elements IS NOT NULL THEN r.element_equal WHEN r.lengths IS NOT NULL THEN 672 ELSE 0 END,
	CASE WHEN r.element_counts IS NOT NULL THEN r.element_equal ELSE 0 END,
	CASE WHEN r.most_common IS NULL THEN 0 ELSE r."collation" END, CASE WHEN r.bounds IS NULL THEN 0 ELSE r."collation" END,
	CASE WHEN r.correlation IS NULL THEN 0 ELSE r."collation" END,
	CASE WHEN r.elements IS NULL THEN 0 ELSE r.element_collation END, CASE WHEN r.element_counts IS NULL THEN 0 ELSE r.element_collation END,
	r.shares::real[], NULL, ARRAY[r.correlation]::real[],
	CASE WHEN r.elements IS NOT NULL THEN r.element_shares::real[] WHEN r.lengths IS NOT NULL THEN ARRAY[r.empty]::real[] END,
	r.element_counts::real[],
	pg_catalog.array_in(r.most_common::cstring, r.type, -1), pg_catalog.array_in(r.bounds::cstring, r.type, -1), NULL,
	CASE WHEN r.elements IS NOT NULL THEN pg_catalog.array_in(r.elements::cstring, r.element, -1)
		WHEN r.lengths IS NOT NULL THEN pg_catalog.array_in(r.lengths::cstring, 701, -1) END,
	CASE WHEN r.range_bounds IS NOT NULL THEN pg_catalog.array_in(r.range_bounds::cstring, r.type, -1) END
FROM pg_catalog.json_to_recordset($1) AS r (relation oid, number int2, inherited bool, nulls real, width int, "distinct" real,
	most_common text, shares text, bounds text, correlation real, elements text, element_shares text, element_counts text,
	lengths text, empty real, range_bounds text, type oid, "collation" oid, equal oid, less oid, element oid, element_equal oid,
	element_collation oid)
RETURNING starelid, staattnum, true;
