-- Indexes that no query uses, or that are not kept up to date: CREATE INDEX CONCURRENTLY has failed half way.
SELECT i.indexrelid::regclass::text AS object,
       1 AS value,
       'on ' || i.indrelid::regclass::text || CASE WHEN c.relkind = 'I' THEN ', a partition has no index of its own for it: ALTER INDEX ... ATTACH PARTITION'
                                                            WHEN i.indisready THEN '' ELSE ', not kept up to date' END AS note
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT (i.indisvalid AND i.indisready)
  AND n.nspname !~ '^pg_'
ORDER BY 1;
