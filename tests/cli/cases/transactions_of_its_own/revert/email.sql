-- revert email

BEGIN;

ALTER TABLE customers DROP COLUMN email;

COMMIT;
