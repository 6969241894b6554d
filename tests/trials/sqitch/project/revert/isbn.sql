-- Revert books:isbn from pg

BEGIN;

ALTER TABLE library.books DROP COLUMN isbn;

COMMIT;
