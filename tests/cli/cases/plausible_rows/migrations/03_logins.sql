-- Rollback:
--   DROP INDEX customer_login;
CREATE UNIQUE INDEX customer_login ON customer (lower(login));
