-- Columns of tables, and the columns of indexes that are expressions. The width is what the planner takes where there are no
-- statistics (get_typavgwidth).
SELECT a.attrelid, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
	CASE WHEN a.attlen > 0 THEN a.attlen
		WHEN t.typname = 'bpchar' AND a.atttypmod > 4 THEN a.atttypmod - 4
		WHEN t.typname = 'varchar' AND a.atttypmod > 4 THEN
			CASE WHEN a.atttypmod - 4 <= 32 THEN a.atttypmod - 4
				WHEN a.atttypmod - 4 < 1000 THEN 32 + (a.atttypmod - 36) / 2 ELSE 516 END
		ELSE 32 END,
	COALESCE(a.attstattarget, -1)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'i') AND c.relpersistence <> 't'
	AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
	AND (c.relkind <> 'i' OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid = c.oid AND i.indexprs IS NOT NULL))
ORDER BY a.attrelid, a.attnum;
