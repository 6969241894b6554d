-- Tables that have changed much since ANALYZE.
SELECT s.relid::regclass::text AS "table",
       s.n_mod_since_analyze AS changed_rows,
       s.n_live_tup AS rows,
       coalesce(greatest(s.last_analyze, s.last_autoanalyze)::date::text, 'never') AS analyzed
FROM pg_stat_user_tables s
WHERE s.n_mod_since_analyze > 1000
  AND s.n_mod_since_analyze > 0.1 * s.n_live_tup
ORDER BY s.n_mod_since_analyze DESC, 1
LIMIT 20;
