-- verify twice

BEGIN;

SELECT FROM a, b;

ROLLBACK;
