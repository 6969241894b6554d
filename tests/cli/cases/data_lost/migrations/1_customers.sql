-- Rollback:
--   DROP TABLE customers;
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, phone text);
