-- revert amount

BEGIN;

ALTER TABLE customers DROP COLUMN amount;

COMMIT;
