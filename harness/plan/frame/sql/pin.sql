-- Whatever makes plans move is what PostgreSQL itself has it: the settings of the server, the database and the role do not count.
SELECT pg_catalog.count(pg_catalog.set_config(name, boot_val, false))
FROM pg_catalog.pg_settings
WHERE category LIKE 'Query Tuning%' AND context = 'user';
