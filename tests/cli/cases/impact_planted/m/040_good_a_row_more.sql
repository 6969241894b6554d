SET LOCAL lock_timeout = '2s';
INSERT INTO customers (id, name) VALUES (-7, 'Ada');
