-- The binary form in memory of values of the types ($1), and how it can be read ("reversed": a number, whose binary form
-- has the other byte order; "label": of an enum; "same"; "interval"; "cast": by a cast to bytea without a function).
SELECT a.oid, CASE WHEN t.typtype = 'e' THEN 'label' WHEN t.typbyval THEN 'reversed'
		WHEN t.oid IN ('uuid'::regtype, 'macaddr'::regtype, 'macaddr8'::regtype) THEN 'same'
		WHEN t.oid = 'interval'::regtype THEN 'interval'
		WHEN t.typlen = -1 AND t.typalign = 'i' AND t.typtype = 'b' AND t.typcategory <> 'A' THEN 'cast' END,
	t.typlen, t.typbyval, pg_catalog.format_type(t.oid, -1), t.typsend::text
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS a (oid) JOIN pg_catalog.pg_type d ON d.oid = a.oid
	JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END;
