-- Revert books:fines from pg

BEGIN;

DROP INDEX library.loans_fine;

COMMIT;
