-- The same before 15, where databases had no version of their own.
SELECT coalesce(nullif(quote_ident(n.nspname) || '.', 'pg_catalog.'), '') || quote_ident(c.collname) AS object,
       1 AS value,
       'made with ' || c.collversion || ', the library has ' || pg_collation_actual_version(c.oid) AS note
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE c.collversion IS NOT NULL
  AND c.collversion <> pg_collation_actual_version(c.oid)
ORDER BY 1;
