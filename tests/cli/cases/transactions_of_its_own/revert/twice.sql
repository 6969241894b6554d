-- revert twice

BEGIN;
DROP TABLE b, a;
COMMIT;
