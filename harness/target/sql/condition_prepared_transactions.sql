-- How long prepared transactions have been waiting for their COMMIT PREPARED, in seconds. They hold their locks, also after a restart.
SELECT p.gid AS object,
       extract(epoch FROM clock_timestamp() - p.prepared) AS value,
       'of ' || quote_ident(p.owner) AS note
FROM pg_prepared_xacts p
WHERE p.database = current_database()
ORDER BY 2 DESC;
