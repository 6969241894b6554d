-- Revert books:fines from pg

BEGIN;

ALTER TABLE library.loans DROP COLUMN fine;

COMMIT;
