-- How much of the disk the databases of the server and its WAL take, in percent. How large the disk is, the server does not say: $1, in bytes.
SELECT 'disk' AS object,
       100.0 * (sum(pg_database_size(d.oid)) + (SELECT sum(w.size) FROM pg_ls_waldir() w)) / $1::numeric AS value,
       'databases ' || pg_size_pretty(sum(pg_database_size(d.oid))) || ', WAL ' || pg_size_pretty((SELECT sum(w.size) FROM pg_ls_waldir() w))
           || ' of ' || pg_size_pretty($1::numeric) AS note
FROM pg_database d;
