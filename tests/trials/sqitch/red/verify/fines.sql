-- Verify books:fines on pg

BEGIN;

SELECT fine FROM library.loans WHERE false;

ROLLBACK;
