-- One text that changes with everything that the plans of queries over these relations ($1) depend on, and with every relation of one of
-- their names or of these ($2): the versions of the rows of the catalog. Of functions, types, operators and roles, all that are nobody's but
-- this database's count.
WITH relation AS (SELECT pg_catalog.unnest($1::pg_catalog.oid[]) AS oid),
	indexes AS (SELECT i.indexrelid AS oid, i.xmin, i.ctid FROM pg_catalog.pg_index i WHERE i.indrelid IN (SELECT oid FROM relation))
SELECT pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat_ws(' ', part, id, xmin, ctid), ',' ORDER BY part, id, ctid))
FROM (
	SELECT 1 AS part, c.oid AS id, c.xmin, c.ctid FROM pg_catalog.pg_class c WHERE c.oid IN (SELECT oid FROM relation)
	UNION ALL SELECT 2, c.oid, c.xmin, c.ctid FROM pg_catalog.pg_class c
	WHERE c.relname IN (SELECT r.relname FROM pg_catalog.pg_class r WHERE r.oid IN (SELECT oid FROM relation))
	UNION ALL SELECT 3, c.oid, c.xmin, c.ctid FROM pg_catalog.pg_class c WHERE c.relname = ANY ($2::pg_catalog.name[])
	UNION ALL SELECT 4, a.attrelid, a.xmin, a.ctid FROM pg_catalog.pg_attribute a WHERE a.attrelid IN (SELECT oid FROM relation)
	UNION ALL SELECT 5, i.oid, i.xmin, i.ctid FROM indexes i
	UNION ALL SELECT 6, c.oid, c.xmin, c.ctid FROM pg_catalog.pg_class c WHERE c.oid IN (SELECT oid FROM indexes)
	UNION ALL SELECT 7, a.attrelid, a.xmin, a.ctid FROM pg_catalog.pg_attribute a WHERE a.attrelid IN (SELECT oid FROM indexes)
	UNION ALL SELECT 8, k.oid, k.xmin, k.ctid FROM pg_catalog.pg_constraint k WHERE k.conrelid IN (SELECT oid FROM relation)
	UNION ALL SELECT 9, r.oid, r.xmin, r.ctid FROM pg_catalog.pg_rewrite r WHERE r.ev_class IN (SELECT oid FROM relation)
	UNION ALL SELECT 10, p.oid, p.xmin, p.ctid FROM pg_catalog.pg_policy p WHERE p.polrelid IN (SELECT oid FROM relation)
	UNION ALL SELECT 11, i.inhrelid, i.xmin, i.ctid FROM pg_catalog.pg_inherits i
	WHERE i.inhparent IN (SELECT oid FROM relation) OR i.inhrelid IN (SELECT oid FROM relation)
	UNION ALL SELECT 12, s.oid, s.xmin, s.ctid FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid IN (SELECT oid FROM relation)
	UNION ALL SELECT 13, oid, xmin, ctid FROM pg_catalog.pg_proc WHERE oid >= 16384
	UNION ALL SELECT 14, oid, xmin, ctid FROM pg_catalog.pg_type WHERE oid >= 16384 AND typtype <> 'c' AND typelem = 0
	UNION ALL SELECT 15, oid, xmin, ctid FROM pg_catalog.pg_operator WHERE oid >= 16384
	UNION ALL SELECT 16, oid, xmin, ctid FROM pg_catalog.pg_opclass WHERE oid >= 16384
	UNION ALL SELECT 17, oid, xmin, ctid FROM pg_catalog.pg_cast WHERE oid >= 16384
	UNION ALL SELECT 18, oid, xmin, ctid FROM pg_catalog.pg_collation WHERE oid >= 16384
	UNION ALL SELECT 19, oid, xmin, ctid FROM pg_catalog.pg_namespace WHERE oid >= 16384 OR nspname = 'public'
	UNION ALL SELECT 20, setdatabase, xmin, ctid FROM pg_catalog.pg_db_role_setting
	UNION ALL SELECT 21, oid, xmin, ctid FROM pg_catalog.pg_authid WHERE oid >= 16384
	UNION ALL SELECT 22, roleid, xmin, ctid FROM pg_catalog.pg_auth_members WHERE roleid >= 16384 OR member >= 16384) AS parts (part, id, xmin, ctid);
