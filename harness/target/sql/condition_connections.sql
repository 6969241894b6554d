-- How many of the server's connections are taken, in percent.
SELECT 'connections' AS object,
       100.0 * sum(d.numbackends) / current_setting('max_connections')::integer AS value,
       sum(d.numbackends) || ' of ' || current_setting('max_connections') AS note
FROM pg_stat_database d;
