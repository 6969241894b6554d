-- Of these tables ($1) the statements that leave a page without a row in each: what keeps a row without any value out is taken away, such a
-- row is inserted, and all of it is rolled back; pages that a file has got, it keeps. Nothing goes into indexes (the planner would look
-- there for the smallest and largest value), but into those with a condition, of which it wants a page.
SELECT pg_catalog.format('INSERT INTO %I.%I (%I) VALUES (NULL)', n.nspname, c.relname, (SELECT a.attname FROM pg_catalog.pg_attribute a
	WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum LIMIT 1))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.relkind IN ('r', 'm')
ORDER BY c.oid;
