GRANT ALL ON schema_migrations TO pg_monitor; SET ROLE pg_monitor;
