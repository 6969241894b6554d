-- Rollback:
--   SELECT 1;
UPDATE customers SET email = lower(email);
