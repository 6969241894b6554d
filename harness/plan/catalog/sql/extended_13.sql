-- The same of PostgreSQL 13, where they have no expressions.
SELECT s.oid, s.stxrelid, n.nspname, s.stxname, s.stxkeys::text, s.stxkind::text, s.stxstattarget, '[]'
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE s.stxrelid = ANY ($1::pg_catalog.oid[])
ORDER BY s.oid;
