-- Rows of pg_statistic: the slots are, in this order, most common values, bounds, correlation, then elements or lengths of ranges,
-- then counts of elements or bounds of ranges. Operators are those of the default btree class, as ANALYZE takes them.
INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
	stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5,
	stacoll1, stacoll2, stacoll3, stacoll4, stacoll5, stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5,
	stavalues1, stavalues2, stavalues3, stavalues4, stavalues5)
SELECT r.relation, r.number, r.inherited, r.nulls, r.width, r."distinct",
	CASE WHEN r.most_common IS NULL THEN 0 ELSE 1 END, CASE WHEN r.bounds IS NULL THEN 0 ELSE 2 END,
	CASE WHEN r.correlation IS NULL THEN 0 ELSE 3 END,
	CASE WHEN r.elements IS NOT NULL THEN 4 WHEN r.lengths IS NOT NULL THEN 6 ELSE 0 END,
	CASE WHEN r.element_counts IS NOT NULL THEN 5 WHEN r.range_bounds IS NOT NULL THEN 7 ELSE 0 END,
	CASE WHEN r.most_common IS NULL THEN 0 ELSE COALESCE(o.equal, 0) END,
	CASE WHEN r.bounds IS NULL THEN 0 ELSE COALESCE(o.less, 0) END,
	CASE WHEN r.correlation IS NULL THEN 0 ELSE COALESCE(o.less, 0) END,
	CASE WHEN r.elements IS NOT NULL THEN COALESCE(e.equal, 0) WHEN r.lengths IS NOT NULL THEN 672 ELSE 0 END,
	CASE WHEN r.element_counts IS NOT NULL THEN COALESCE(e.equal, 0) ELSE 0 END,
	CASE WHEN r.most_common IS NULL THEN 0 ELSE a.attcollation END, CASE WHEN r.bounds IS NULL THEN 0 ELSE a.attcollation END,
	CASE WHEN r.correlation IS NULL THEN 0 ELSE a.attcollation END,
	CASE WHEN r.elements IS NULL THEN 0 WHEN t.typname = 'tsvector' THEN 100 ELSE a.attcollation END,
	CASE WHEN r.element_counts IS NULL THEN 0 WHEN t.typname = 'tsvector' THEN 100 ELSE a.attcollation END,
	r.shares::real[], NULL, ARRAY[r.correlation]::real[],
	CASE WHEN r.elements IS NOT NULL THEN r.element_shares::real[] WHEN r.lengths IS NOT NULL THEN ARRAY[r.empty]::real[] END,
	r.element_counts::real[],
	pg_catalog.array_in(r.most_common::cstring, a.atttypid, -1), pg_catalog.array_in(r.bounds::cstring, a.atttypid, -1), NULL,
	CASE WHEN r.elements IS NOT NULL THEN pg_catalog.array_in(r.elements::cstring, COALESCE(e.type, 25), -1)
		WHEN r.lengths IS NOT NULL THEN pg_catalog.array_in(r.lengths::cstring, 701, -1) END,
	CASE WHEN r.range_bounds IS NOT NULL THEN pg_catalog.array_in(r.range_bounds::cstring, a.atttypid, -1) END
FROM pg_catalog.json_to_recordset($1) AS r (relation oid, number int2, inherited bool, nulls real, width int, "distinct" real,
	most_common text, shares text, bounds text, correlation real, elements text, element_shares text, element_counts text,
	lengths text, empty real, range_bounds text)
	JOIN pg_catalog.pg_attribute a ON a.attrelid = r.relation AND a.attnum = r.number
	JOIN pg_catalog.pg_type c ON c.oid = a.atttypid
	JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN c.typtype = 'd' THEN c.typbasetype ELSE c.oid END
	LEFT JOIN LATERAL (
		SELECT (SELECT amopopr FROM pg_catalog.pg_amop WHERE amopfamily = k.opcfamily AND amopstrategy = 3
				AND amoplefttype = k.opcintype AND amoprighttype = k.opcintype) AS equal,
			(SELECT amopopr FROM pg_catalog.pg_amop WHERE amopfamily = k.opcfamily AND amopstrategy = 1
				AND amoplefttype = k.opcintype AND amoprighttype = k.opcintype) AS less
		FROM pg_catalog.pg_opclass k
		WHERE k.opcdefault AND k.opcmethod = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'btree')
			AND k.opcintype IN (t.oid, CASE WHEN t.typname = 'varchar' THEN 'text'::regtype
				WHEN t.typtype = 'e' THEN 'anyenum'::regtype WHEN t.typtype = 'r' THEN 'anyrange'::regtype
				WHEN t.typtype = 'c' THEN 'record'::regtype WHEN t.typcategory = 'A' THEN 'anyarray'::regtype END)
		ORDER BY k.opcintype = t.oid DESC LIMIT 1) AS o ON true
	LEFT JOIN LATERAL (
		SELECT b.oid AS type, (SELECT amopopr FROM pg_catalog.pg_amop WHERE amopfamily = k.opcfamily AND amopstrategy = 3
				AND amoplefttype = k.opcintype AND amoprighttype = k.opcintype) AS equal
		FROM pg_catalog.pg_type b JOIN pg_catalog.pg_opclass k ON k.opcdefault
			AND k.opcmethod = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'btree')
			AND k.opcintype IN (b.oid, CASE WHEN b.typname = 'varchar' THEN 'text'::regtype
				WHEN b.typtype = 'e' THEN 'anyenum'::regtype END)
		WHERE b.oid = CASE WHEN t.typname = 'tsvector' THEN 'text'::regtype ELSE NULLIF(t.typelem, 0) END
		ORDER BY k.opcintype = b.oid DESC LIMIT 1) AS e ON true
RETURNING starelid, staattnum, true;
