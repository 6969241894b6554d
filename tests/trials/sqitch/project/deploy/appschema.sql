-- Deploy books:appschema to pg

BEGIN;

CREATE SCHEMA library;

COMMIT;
