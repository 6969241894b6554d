BEGIN; SET LOCAL ROLE pg_monitor; SET LOCAL statement_timeout = 1000; COMMIT;
