-- Statements that leave a page without a row in each of the tables ($1): everything that refuses an empty row is
-- disabled, such a row is inserted, and all of it is rolled back; the file keeps its pages. Indexes get no entry (the
-- planner would look there for the smallest and largest value), except those with a condition, which need a page.
SELECT pg_catalog.format('INSERT INTO %I.%I (%I) VALUES (NULL)', n.nspname, c.relname, (SELECT a.attname FROM pg_catalog.pg_attribute a
	WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum LIMIT 1))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.relkind IN ('r', 'm')
ORDER BY c.oid;
