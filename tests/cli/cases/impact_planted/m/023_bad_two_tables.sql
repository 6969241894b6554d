SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN a int;
ALTER TABLE customers ADD COLUMN a int;
