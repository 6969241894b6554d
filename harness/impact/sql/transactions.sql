-- The numbers of the session's transaction and its subtransactions, with commas; NULL: it has none yet.
SELECT pg_catalog.string_agg(k.transactionid::text, ',')
FROM pg_catalog.pg_locks k
WHERE k.locktype = 'transactionid' AND k.pid = pg_catalog.pg_backend_pid() AND k.granted;
