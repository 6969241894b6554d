-- Constraints, of tables and of domains, that were added NOT VALID, and that old rows may break.
SELECT CASE WHEN c.contypid <> 0 THEN 'domain ' || c.contypid::regtype ELSE c.conrelid::regclass::text END || '.' || quote_ident(c.conname) AS object,
       1 AS value,
       pg_get_constraintdef(c.oid) AS note
FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE NOT c.convalidated
  AND c.contype IN ('c', 'f', 'n')
  AND n.nspname !~ '^pg_'
ORDER BY 1;
