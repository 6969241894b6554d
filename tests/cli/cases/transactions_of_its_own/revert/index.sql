-- revert index

BEGIN;

ALTER TABLE customers DROP COLUMN vip;

COMMIT;
