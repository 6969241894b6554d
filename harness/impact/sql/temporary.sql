-- How many bytes of temporary files the sessions of the database have written by now.
SELECT pg_catalog.pg_stat_get_db_temp_bytes(d.oid) FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database();
