-- Tables of which a part is dead rows, which VACUUM has not taken away.
SELECT s.relid::regclass::text AS "table",
       round(100.0 * s.n_dead_tup / greatest(s.n_live_tup + s.n_dead_tup, 1), 1) || ' %' AS dead,
       pg_size_pretty((pg_relation_size(s.relid) * (s.n_dead_tup::numeric / greatest(s.n_live_tup + s.n_dead_tup, 1)))::bigint) AS about,
       coalesce(greatest(s.last_vacuum, s.last_autovacuum)::date::text, 'never') AS vacuumed
FROM pg_stat_user_tables s
WHERE s.n_dead_tup > 1000
  AND s.n_dead_tup > 0.1 * s.n_live_tup
ORDER BY s.n_dead_tup DESC, 1
LIMIT 20;
