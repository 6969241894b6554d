SET LOCAL lock_timeout = '2s';
ALTER TABLE customers ADD COLUMN mail text;
UPDATE customers SET mail = lower(email) WHERE mail IS NULL;
