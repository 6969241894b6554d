-- deploy names

BEGIN;

UPDATE customers SET email = 'same';

COMMIT;
