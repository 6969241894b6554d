-- Pages of the database, and of the catalogs that all databases share, whose checksum was wrong when they were read. Without checksums nobody knows.
SELECT coalesce('database ' || quote_ident(d.datname), 'shared catalogs') AS object,
       1 AS value,
       d.checksum_failures || ' failures, the last ' || d.checksum_last_failure AS note
FROM pg_stat_database d
WHERE (d.datname = current_database() OR d.datid = 0)
  AND d.checksum_failures > 0
UNION ALL
SELECT 'server', NULL, 'it has no data checksums'
WHERE current_setting('data_checksums') = 'off'
ORDER BY 1;
