-- How much WAL lies in pg_wal, in bytes.
SELECT 'pg_wal' AS object, sum(w.size) AS value, count(*) || ' files' AS note
FROM pg_ls_waldir() w;
