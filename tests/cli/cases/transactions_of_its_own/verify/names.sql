-- verify names

BEGIN;

SELECT 1;

ROLLBACK;
