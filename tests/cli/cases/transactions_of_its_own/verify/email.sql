-- verify email

BEGIN;

SELECT email FROM customers WHERE false;

ROLLBACK;
