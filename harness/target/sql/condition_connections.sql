-- How many of the server's connections others than pgassay have taken, in percent.
SELECT 'connections' AS object,
       100.0 * count(*) / current_setting('max_connections')::integer AS value,
       count(*) || ' of ' || current_setting('max_connections') AS note
FROM pg_stat_activity a
WHERE a.datid IS NOT NULL
  AND coalesce(a.application_name, '') NOT LIKE 'pgassay%';
