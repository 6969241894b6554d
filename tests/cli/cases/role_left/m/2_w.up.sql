GRANT ALL ON schema_migrations TO pg_monitor; GRANT INSERT, DELETE ON a TO pg_monitor; SET ROLE pg_monitor; INSERT INTO a VALUES (9);
