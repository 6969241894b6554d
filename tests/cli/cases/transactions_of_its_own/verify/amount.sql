-- verify amount

BEGIN;

SELECT 1 / (SELECT (count(*) = 0)::int FROM customers);

ROLLBACK;
