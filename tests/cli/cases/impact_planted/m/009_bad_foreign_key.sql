SET LOCAL lock_timeout = '2s';
ALTER TABLE notes ADD COLUMN customer_id bigint;
ALTER TABLE notes ADD CONSTRAINT notes_customer FOREIGN KEY (customer_id) REFERENCES customers (id);
