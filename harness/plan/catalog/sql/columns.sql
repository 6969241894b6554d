-- Columns of the tables ($1), and the columns of their indexes that are expressions. The width is the one that the planner takes where there are
-- no statistics (get_typavgwidth).
SELECT a.attrelid, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
	CASE WHEN a.attlen > 0 THEN a.attlen
		WHEN t.typname = 'bpchar' AND a.atttypmod > 4 THEN a.atttypmod - 4
		WHEN t.typname = 'varchar' AND a.atttypmod > 4 THEN
			CASE WHEN a.atttypmod - 4 <= 32 THEN a.atttypmod - 4
				WHEN a.atttypmod - 4 < 1000 THEN 32 + (a.atttypmod - 36) / 2 ELSE 516 END
		ELSE 32 END,
	COALESCE(a.attstattarget, -1), a.atttypid, a.attcollation
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY ($1::pg_catalog.oid[] || ARRAY(
	SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = ANY ($1::pg_catalog.oid[]) AND i.indexprs IS NOT NULL))
ORDER BY a.attrelid, a.attnum;
