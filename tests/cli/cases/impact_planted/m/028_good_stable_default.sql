SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN made timestamptz NOT NULL DEFAULT now();
