-- For the types ($1), the parts of their default btree class that ANALYZE uses: the operators for equal and less; for
-- arrays and tsvector also the type of the elements, its equality, and their own collation (0: the column's).
SELECT a.oid, COALESCE(o.equal, 0), COALESCE(o.less, 0), COALESCE(e.type, 25), COALESCE(e.equal, 0), CASE WHEN t.typname = 'tsvector' THEN 100 ELSE 0 END
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS a (oid)
	JOIN pg_catalog.pg_type c ON c.oid = a.oid
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
		ORDER BY k.opcintype = b.oid DESC LIMIT 1) AS e ON true;
