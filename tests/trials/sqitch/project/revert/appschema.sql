-- Revert books:appschema from pg

BEGIN;

DROP SCHEMA library;

COMMIT;
