SET LOCAL lock_timeout = '2s';
DELETE FROM logs;
