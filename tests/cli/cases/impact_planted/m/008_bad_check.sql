SET LOCAL lock_timeout = '2s';
ALTER TABLE parts ADD CONSTRAINT parts_id CHECK (id IS NOT NULL);
