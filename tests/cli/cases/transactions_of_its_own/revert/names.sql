-- revert names

BEGIN;

UPDATE customers SET email = NULL;

COMMIT;
