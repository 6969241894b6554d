-- deploy amount

BEGIN;

ALTER TABLE customers ADD COLUMN amount integer;

COMMIT;
