-- Constraints that were added NOT VALID, and that old rows may break.
SELECT c.conrelid::regclass::text || '.' || quote_ident(c.conname) AS object,
       1 AS value,
       pg_get_constraintdef(c.oid) AS note
FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE NOT c.convalidated
  AND c.conrelid <> 0
  AND c.contype IN ('c', 'f', 'n')
  AND n.nspname !~ '^pg_'
ORDER BY 1;
