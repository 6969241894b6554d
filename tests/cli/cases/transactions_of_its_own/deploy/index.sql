-- deploy index

BEGIN;

CREATE INDEX customers_name ON customers (name);
ALTER TABLE customers ADD COLUMN vip boolean;

COMMIT;
