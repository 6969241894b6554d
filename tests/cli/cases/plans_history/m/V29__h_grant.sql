GRANT INSERT ON orders TO pg_monitor;
