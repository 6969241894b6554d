SET LOCAL lock_timeout = '2s';
ALTER TABLE parts ADD COLUMN weight numeric(10,2);
ALTER TABLE parts ALTER COLUMN weight TYPE numeric(12,2);
