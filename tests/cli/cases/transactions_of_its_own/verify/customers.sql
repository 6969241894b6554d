-- verify customers

BEGIN;

INSERT INTO customers (name) VALUES ('x');

ROLLBACK;
