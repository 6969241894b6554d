-- verify index

BEGIN;

SELECT vip FROM customers WHERE false;

ROLLBACK;
