-- Which of the standbys $1 (their application_name, with commas between them) are not connected. One that was cut off and has no slot leaves
-- no trace on the primary: only who expects it misses it.
SELECT 'standby ' || w.name AS object,
       CASE WHEN NOT EXISTS (SELECT FROM pg_stat_replication s WHERE s.application_name IS NULL) THEN 1 END AS value,
       'is not connected' AS note
FROM (SELECT DISTINCT trim(n) AS name FROM unnest(string_to_array($1, ',')) n WHERE trim(n) <> '') w
WHERE NOT EXISTS (SELECT FROM pg_stat_replication r WHERE r.application_name = w.name AND r.state <> 'backup')
ORDER BY 1;
