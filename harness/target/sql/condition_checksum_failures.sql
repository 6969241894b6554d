-- Pages of the database whose checksum was wrong when they were read.
SELECT 'database' AS object,
       1 AS value,
       d.checksum_failures || ' failures, the last ' || d.checksum_last_failure AS note
FROM pg_stat_database d
WHERE d.datname = current_database()
  AND d.checksum_failures > 0;
