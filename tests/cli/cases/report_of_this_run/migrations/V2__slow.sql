-- Rollback:
-- ALTER TABLE orders DROP COLUMN note; SELECT pg_sleep(0.4);
ALTER TABLE orders ADD COLUMN note text;
SELECT pg_sleep(0.2);
