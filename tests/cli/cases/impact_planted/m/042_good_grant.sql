SET LOCAL lock_timeout = '2s';
GRANT SELECT ON orders TO pg_monitor;
