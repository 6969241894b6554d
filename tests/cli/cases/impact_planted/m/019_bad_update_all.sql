SET LOCAL lock_timeout = '2s';
UPDATE logs SET line = '';
