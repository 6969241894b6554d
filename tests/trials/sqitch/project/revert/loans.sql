-- Revert books:loans from pg

BEGIN;

DROP VIEW library.out;
DROP TABLE library.loans;

COMMIT;
