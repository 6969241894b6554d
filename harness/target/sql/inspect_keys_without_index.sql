-- Foreign keys whose columns no index begins with: a DELETE of the parent reads all of the child.
SELECT c.conrelid::regclass::text AS "table",
       c.conname::text AS key,
       pg_get_constraintdef(c.oid) AS definition,
       pg_size_pretty(pg_relation_size(c.conrelid)) AS size
FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 'f'
  AND c.conparentid = 0
  AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT
                  FROM pg_index i
                  WHERE i.indrelid = c.conrelid
                    AND i.indisvalid
                    AND i.indpred IS NULL
                    AND (SELECT array_agg(k.key ORDER BY k.key)
                         FROM unnest(i.indkey) WITH ORDINALITY k(key, place)
                         WHERE k.place <= cardinality(c.conkey)) = (SELECT array_agg(k.key ORDER BY k.key) FROM unnest(c.conkey) k(key)))
ORDER BY pg_relation_size(c.conrelid) DESC, 1, 2
LIMIT 20;
