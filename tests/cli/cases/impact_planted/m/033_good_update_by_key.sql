SET LOCAL lock_timeout = '2s';
UPDATE orders SET customer_id = NULL WHERE id = 1;
