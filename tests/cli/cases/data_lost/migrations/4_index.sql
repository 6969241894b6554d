-- Rollback:
--   DROP INDEX customers_email;
CREATE INDEX customers_email ON customers (email);
