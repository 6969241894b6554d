-- Rollback:
--   DROP SCHEMA app CASCADE;
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE customers (id bigint PRIMARY KEY);
