-- Rollback:
--   DROP TABLE orders;
CREATE TABLE orders (id bigint PRIMARY KEY, state text, note text, amount numeric NOT NULL);
