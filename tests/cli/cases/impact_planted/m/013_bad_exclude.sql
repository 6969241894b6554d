SET LOCAL lock_timeout = '2s';
ALTER TABLE customers ADD CONSTRAINT customers_once EXCLUDE USING btree (id WITH =);
