-- Verify books:appschema on pg

BEGIN;

SELECT pg_catalog.has_schema_privilege('library', 'usage');

ROLLBACK;
