SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (m / 2) STORED;
