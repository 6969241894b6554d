-- Where functions of these names ($1) are used, but in queries: a relation whose index, rule, policy or constraint calls one; NULL for
-- anything else, such as an operator, a type, or (as far as that can be seen) the text of a function that the planner takes in.
WITH functions AS MATERIALIZED (
	SELECT oid, proname FROM pg_catalog.pg_proc WHERE oid >= 16384 AND proname = ANY ($1::name[])
)
SELECT COALESCE(i.indrelid, w.ev_class, l.polrelid, k.conrelid)
FROM functions f JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = f.oid
	LEFT JOIN pg_catalog.pg_index i ON d.classid = 'pg_catalog.pg_class'::regclass AND i.indexrelid = d.objid
	LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
	LEFT JOIN pg_catalog.pg_policy l ON d.classid = 'pg_catalog.pg_policy'::regclass AND l.oid = d.objid
	LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid
WHERE d.classid NOT IN ('pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_attrdef'::regclass)
UNION SELECT NULL FROM functions f JOIN pg_catalog.pg_proc o ON o.oid >= 16384 AND o.oid <> f.oid
	AND pg_catalog.strpos(o.prosrc, f.proname) > 0 JOIN pg_catalog.pg_language g ON g.oid = o.prolang AND g.lanname = 'sql';
