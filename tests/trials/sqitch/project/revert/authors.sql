-- Revert books:authors from pg

BEGIN;

DROP TABLE library.authors;

COMMIT;
