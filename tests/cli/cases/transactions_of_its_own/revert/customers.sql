-- revert customers

BEGIN;

DROP TABLE customers;

COMMIT;
