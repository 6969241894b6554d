-- The data of CREATE STATISTICS of tables: a row for each object with its columns ('c'), or the reason why it cannot be
-- read ('x'); after it its numbers of distinct values ('d'), dependencies ('f'), and common combinations ('m').
-- pg_stats_ext shows it to owners only.
-- Versions before 14 have no expressions; before 15 an object has one row for a table with and without its children.
WITH objects AS MATERIALIZED (
	SELECT n.nspname AS table_schema, c.relname AS table_name, sn.nspname AS schema, x.stxname AS name, x.oid, x.stxrelid, x.stxkeys, s.*,
		CASE WHEN s.found THEN NULL
			WHEN NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') THEN pg_catalog.format(
				'only the owner of its table may read it: export as a member of %s', pg_catalog.pg_get_userbyid(c.relowner))
			WHEN pg_catalog.row_security_active(c.oid) THEN 'row security hides it: read it as the owner of its table'
			ELSE 'it was never analyzed: ANALYZE its table' END AS reason
	FROM pg_catalog.pg_statistic_ext x JOIN pg_catalog.pg_class c ON c.oid = x.stxrelid
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_namespace sn ON sn.oid = x.stxnamespace
		LEFT JOIN LATERAL (
			SELECT q.* FROM (SELECT NULL::text[] AS exprs, NULL::boolean AS inherited) AS absent CROSS JOIN LATERAL (
				SELECT true AS found, exprs, COALESCE(inherited, c.relkind = 'p') AS whole, v.n_distinct::text::json AS counts,
					v.dependencies::text::json AS dependencies, v.most_common_vals AS common, v.most_common_freqs AS shares,
					v.most_common_base_freqs AS base
				FROM pg_catalog.pg_stats_ext v
				WHERE v.statistics_schemaname = sn.nspname AND v.statistics_name = x.stxname) AS q
		) AS s ON s.whole = (c.relkind = 'p')
	WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relpersistence <> 't'
), names AS (
	SELECT o.oid, a.attnum::int AS number, a.attname::text AS name, a.attnum::int AS place,
		pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, y.typtype::text AS kind
	FROM objects o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.stxrelid AND a.attnum = ANY (o.stxkeys::int2[])
		JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
	UNION ALL SELECT o.oid, -e.n, e.text, 10000 + e.n, NULL, NULL
	FROM objects o CROSS JOIN LATERAL pg_catalog.unnest(o.exprs) WITH ORDINALITY AS e (text, n)
), items AS (
	SELECT o.oid, 'd' AS kind, i.place, i.numbers, i.number
	FROM objects o CROSS JOIN LATERAL pg_catalog.json_each_text(o.counts) WITH ORDINALITY AS i (numbers, number, place)
	UNION ALL
	SELECT o.oid, 'f', i.place, i.numbers, i.number
	FROM objects o CROSS JOIN LATERAL pg_catalog.json_each_text(o.dependencies) WITH ORDINALITY AS i (numbers, number, place)
)
SELECT o.table_schema, o.table_name, o.schema, o.name, r.kind, r.texts::text, r.a, r.b, r.types::text
FROM objects o CROSS JOIN LATERAL (
	SELECT CASE WHEN o.reason IS NULL THEN 'c' ELSE 'x' END AS kind, 0 AS turn, 0 AS place,
		(SELECT pg_catalog.array_agg(n.name ORDER BY n.place) FROM names n WHERE n.oid = o.oid) AS texts, o.reason AS a, NULL::text AS b,
		(SELECT pg_catalog.array_agg(CASE WHEN n.kind = 'e' THEN 'enum' ELSE n.type END ORDER BY n.place) FROM names n WHERE n.oid = o.oid) AS types
	UNION ALL
	SELECT i.kind, CASE i.kind WHEN 'd' THEN 1 ELSE 2 END, i.place,
		(SELECT pg_catalog.array_agg(n.name ORDER BY k.place)
			FROM pg_catalog.regexp_split_to_table(i.numbers, '\s*(,|=>)\s*') WITH ORDINALITY AS k (number, place)
			JOIN names n ON n.oid = o.oid AND n.number = k.number::int), i.number, NULL, NULL
	FROM items i WHERE i.oid = o.oid
	UNION ALL
	SELECT 'm', 3, g.n, ARRAY(SELECT o.common[g.n][d.n] FROM pg_catalog.generate_subscripts(o.common, 2) AS d (n) ORDER BY d.n),
		o.shares[g.n]::text, o.base[g.n]::text, NULL
	FROM pg_catalog.generate_subscripts(o.common, 1) AS g (n)
) AS r
ORDER BY o.table_schema, o.table_name, o.schema, o.name, r.turn, r.place;
