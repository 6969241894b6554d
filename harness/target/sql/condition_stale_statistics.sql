-- How much of each table has changed since ANALYZE, in percent of its rows; small tables count as one of 1000 rows.
SELECT s.relid::regclass::text AS object,
       100.0 * s.n_mod_since_analyze / greatest(s.n_live_tup, 1000) AS value,
       s.n_mod_since_analyze || ' rows have changed since ' || coalesce(greatest(s.last_analyze, s.last_autoanalyze)::text, 'the beginning') AS note
FROM pg_stat_user_tables s
WHERE s.n_mod_since_analyze > 0
ORDER BY 2 DESC;
