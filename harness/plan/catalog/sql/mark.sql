-- The catalog rows that plans depend on. $1 is an array: its first element is an array of OIDs of relations, the second is "now" of the last
-- look (0: there was none), the others are names of relations. The first letter of a kind decides, the second one keeps kinds apart. "n" is the
-- number of rows, "newest" the transaction that made the newest of them: if rows are added, removed or changed, one of the two changes.
-- "now": the next transaction; "there": the relations that exist. New or changed since the last look: "w": a relation other than an index, with
-- the properties that plans depend on (not whether it has triggers, which the foreign keys that reference it set, nor the number of columns and
-- checks, which have rows of their own); "a": columns of such a relation; "i": an index of it; "n": columns of other relations of such a name;
-- "e": values of enums. In any case: "r": everything else of such a relation; "s": the rows that lead to other relations; "f": functions; "g":
-- types, operators, roles and the like, as far as they belong to this database alone.
WITH given AS MATERIALIZED (
	SELECT (($1::text[])[1])::oid[] AS relations, (($1::text[])[3:])::name[] AS names,
		CASE WHEN ($1::text[])[2] = '0' THEN 2147483647 ELSE pg_catalog.age('3'::xid) - (($1::text[])[2])::int END AS since
)
SELECT 'now' AS kind, 0::oid AS id, NULL::name AS name, NULL::text AS detail, NULL::bigint AS n, pg_catalog.age('3'::xid) AS newest
UNION ALL SELECT 'there', 0, NULL, pg_catalog.array_agg(oid)::text, NULL, NULL
FROM pg_catalog.pg_class WHERE oid = ANY ((SELECT relations FROM given)::oid[])
UNION ALL SELECT CASE WHEN c.relkind IN ('i', 'I') THEN 'i' ELSE 'w' END, COALESCE(i.indrelid, c.oid), c.relname, pg_catalog.concat_ws(' ',
	c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relhassubclass, c.relhasrules, c.relispartition,
	c.relnamespace, c.relowner, c.relam, c.reltablespace, c.reloftype, c.reloptions, c.relacl), NULL, NULL
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE c.oid >= 16384 AND pg_catalog.age(c.xmin) <= (SELECT since FROM given) AND c.relkind NOT IN ('c', 'S', 't')
UNION ALL SELECT 'a', attrelid, NULL, NULL, NULL, NULL
FROM pg_catalog.pg_attribute
WHERE attrelid = ANY ((SELECT relations FROM given)::oid[]) AND pg_catalog.age(xmin) <= (SELECT since FROM given)
UNION ALL SELECT 'n', 0, d.relname, NULL, NULL, NULL
FROM pg_catalog.pg_class d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.oid
WHERE d.relname = ANY ((SELECT names FROM given)::name[]) AND d.oid <> ALL ((SELECT relations FROM given)::oid[])
	AND pg_catalog.age(a.xmin) <= (SELECT since FROM given)
UNION ALL SELECT 'ri', indrelid, NULL, NULL, pg_catalog.count(*), pg_catalog.age('3'::xid) - pg_catalog.min(LEAST(pg_catalog.age(xmin),
	CASE WHEN indexprs IS NOT NULL THEN (SELECT pg_catalog.min(pg_catalog.age(a.xmin)) FROM pg_catalog.pg_attribute a
		WHERE a.attrelid = indexrelid) END))
FROM pg_catalog.pg_index WHERE indrelid = ANY ((SELECT relations FROM given)::oid[]) GROUP BY indrelid
UNION ALL SELECT 'rc', conrelid, NULL, NULL, pg_catalog.count(*), pg_catalog.age('3'::xid) - pg_catalog.min(pg_catalog.age(xmin))
FROM pg_catalog.pg_constraint WHERE conrelid = ANY ((SELECT relations FROM given)::oid[]) GROUP BY conrelid
UNION ALL SELECT 'rs', stxrelid, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ANY ((SELECT relations FROM given)::oid[])
UNION ALL SELECT 'sr', ev_class, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_rewrite WHERE ev_class = ANY ((SELECT relations FROM given)::oid[])
UNION ALL SELECT 'sp', polrelid, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_policy WHERE polrelid = ANY ((SELECT relations FROM given)::oid[])
UNION ALL SELECT 'si', inhparent, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_inherits WHERE inhparent = ANY ((SELECT relations FROM given)::oid[])
UNION ALL SELECT 'sj', inhrelid, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_inherits WHERE inhrelid = ANY ((SELECT relations FROM given)::oid[])
UNION ALL SELECT 'f', 0, NULL, NULL, pg_catalog.count(*), pg_catalog.age('3'::xid) - pg_catalog.min(pg_catalog.age(xmin))
FROM pg_catalog.pg_proc WHERE oid >= 16384 AND prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
UNION ALL SELECT 'gt', 0, NULL, NULL, pg_catalog.count(*), pg_catalog.age('3'::xid) - pg_catalog.min(pg_catalog.age(xmin))
FROM pg_catalog.pg_type WHERE oid >= 16384 AND typtype <> 'c' AND typelem = 0
UNION ALL SELECT 'e', oid, NULL, NULL, NULL, NULL FROM pg_catalog.pg_enum WHERE oid >= 16384 AND pg_catalog.age(xmin) <= (SELECT since FROM given)
UNION ALL SELECT 'go', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_operator WHERE oid >= 16384
UNION ALL SELECT 'gc', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_opclass WHERE oid >= 16384
UNION ALL SELECT 'gf', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_amop WHERE oid >= 16384
UNION ALL SELECT 'gp', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_amproc WHERE oid >= 16384
UNION ALL SELECT 'ga', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_cast WHERE oid >= 16384
UNION ALL SELECT 'gl', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_collation WHERE oid >= 16384
UNION ALL SELECT 'gd', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
UNION ALL SELECT 'gm', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_ts_config_map WHERE mapcfg >= 16384
UNION ALL SELECT 'gv', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_foreign_server WHERE oid >= 16384
UNION ALL SELECT 'gw', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_tablespace WHERE oid >= 16384
UNION ALL SELECT 'gr', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_authid WHERE oid >= 16384
UNION ALL SELECT 'gx', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_foreign_table
UNION ALL SELECT 'gs', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_db_role_setting
UNION ALL SELECT 'gb', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_auth_members WHERE roleid >= 16384 OR member >= 16384
UNION ALL SELECT 'gn', 0, NULL, NULL, 1, pg_catalog.age('3'::xid) - LEAST(pg_catalog.age(xmin), pg_catalog.age('3'::xid))
FROM pg_catalog.pg_namespace WHERE oid >= 16384 OR nspname = 'public';
