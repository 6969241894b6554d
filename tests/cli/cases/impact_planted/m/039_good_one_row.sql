SET LOCAL lock_timeout = '2s';
UPDATE orders SET note = 'x' WHERE id = 1;
DELETE FROM notes WHERE id = 1;
