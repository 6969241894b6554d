-- Collations of another version than that of the system's library: indexes that were sorted by the old one may miss rows.
SELECT coalesce(nullif(quote_ident(n.nspname) || '.', 'pg_catalog.'), '') || quote_ident(c.collname) AS object,
       1 AS value,
       'made with ' || c.collversion || ', the library has ' || pg_collation_actual_version(c.oid) AS note
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE c.collversion IS NOT NULL
  AND c.collversion <> pg_collation_actual_version(c.oid)
UNION ALL
SELECT 'database ' || quote_ident(d.datname),
       1,
       'made with ' || d.datcollversion || ', the library has ' || pg_database_collation_actual_version(d.oid)
FROM pg_database d
WHERE d.datname = current_database()
  AND d.datcollversion IS NOT NULL
  AND d.datcollversion <> pg_database_collation_actual_version(d.oid)
ORDER BY 1;
