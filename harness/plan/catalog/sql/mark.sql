-- The catalog rows that plans depend on, as a number of rows and the newest transaction that made one of them: if rows
-- are added, removed or changed, one of the two changes. $1 is an array: its first element is an array of OIDs of
-- relations, the others are names of relations.
-- "r": everything of such a relation; "s": the rows that lead to other relations; "w": its own row, and its name; "n":
-- other relations of that name, with their columns; "f": functions; "g": types, operators, roles and the like, as far as
-- they belong to this database alone.
WITH given AS MATERIALIZED (
	SELECT pg_catalog.age('3'::xid) AS now
), relations (kind, id, xmin) AS (
	SELECT 'r', oid, xmin FROM pg_catalog.pg_class WHERE oid = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 'r', attrelid, xmin FROM pg_catalog.pg_attribute WHERE attrelid = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 'r', indrelid, xmin FROM pg_catalog.pg_index WHERE indrelid = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 'r', i.indrelid, c.xmin FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
	WHERE i.indrelid = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 'r', i.indrelid, a.xmin FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid
	WHERE i.indrelid = ANY ((($1::text[])[1])::oid[]) AND i.indexprs IS NOT NULL
	UNION ALL SELECT 'r', conrelid, xmin FROM pg_catalog.pg_constraint WHERE conrelid = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 'r', stxrelid, xmin FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 's', ev_class, xmin FROM pg_catalog.pg_rewrite WHERE ev_class = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 's', polrelid, xmin FROM pg_catalog.pg_policy WHERE polrelid = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 's', inhparent, xmin FROM pg_catalog.pg_inherits WHERE inhparent = ANY ((($1::text[])[1])::oid[])
	UNION ALL SELECT 's', inhrelid, xmin FROM pg_catalog.pg_inherits WHERE inhrelid = ANY ((($1::text[])[1])::oid[])
), others (kind, xmin) AS (
	SELECT 'f', xmin FROM pg_catalog.pg_proc
	WHERE oid >= 16384 AND prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_type WHERE oid >= 16384 AND typtype <> 'c' AND typelem = 0
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_operator WHERE oid >= 16384
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_opclass WHERE oid >= 16384
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_cast WHERE oid >= 16384
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_collation WHERE oid >= 16384
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_namespace WHERE oid >= 16384 OR nspname = 'public'
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_db_role_setting
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_authid WHERE oid >= 16384
	UNION ALL SELECT 'g', xmin FROM pg_catalog.pg_auth_members WHERE roleid >= 16384 OR member >= 16384
)
SELECT kind, id::text, pg_catalog.concat(pg_catalog.count(*), ' ', (SELECT now FROM given) - pg_catalog.min(pg_catalog.age(xmin)))
FROM relations GROUP BY kind, id
UNION ALL SELECT kind, '', pg_catalog.concat(pg_catalog.count(*), ' ', (SELECT now FROM given) - pg_catalog.min(pg_catalog.age(xmin)))
FROM others GROUP BY kind
UNION ALL SELECT 'w', oid::text, pg_catalog.concat(relkind, relrowsecurity, relforcerowsecurity, relhassubclass, relhasrules, ' ', relname)
FROM pg_catalog.pg_class WHERE oid = ANY ((($1::text[])[1])::oid[])
UNION ALL SELECT 'n', d.relname, pg_catalog.concat(pg_catalog.count(*), ' ', (SELECT now FROM given)
	- pg_catalog.min(LEAST(pg_catalog.age(d.xmin), pg_catalog.age(a.xmin))))
FROM pg_catalog.pg_class d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.oid
WHERE d.relname = ANY ((($1::text[])[2:])::name[]) AND d.oid <> ALL ((($1::text[])[1])::oid[])
GROUP BY d.relname;
