SET LOCAL lock_timeout = '2s';
ALTER TABLE notes DROP CONSTRAINT notes_order_id_fkey;
