-- How many bytes the transactions $3 (numbers, with commas) have written into the log from $1 to $2.
SELECT COALESCE(pg_catalog.sum(r.record_length), 0)::bigint
FROM public.pg_get_wal_records_info('0/0'::pg_catalog.pg_lsn + $1::numeric, '0/0'::pg_catalog.pg_lsn + $2::numeric) r
WHERE r.xid::text = ANY (pg_catalog.string_to_array($3::text, ','));
