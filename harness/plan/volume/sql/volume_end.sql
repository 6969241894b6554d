-- Sets each sequence to a value after the existing rows.
DO $$
DECLARE
	one record;
BEGIN
	FOR one IN SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS named, a.attname AS col,
			pg_catalog.pg_get_serial_sequence(pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname) AS seq
		FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
			JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
			AND (a.atthasdef OR a.attidentity <> '') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
			AND n.nspname !~ '^pg_toast'
	LOOP
		IF one.seq IS NOT NULL THEN
			EXECUTE pg_catalog.format('SELECT pg_catalog.setval(%L, GREATEST(pg_catalog.max(%I), 1)) FROM %s', one.seq, one.col, one.named);
		END IF;
	END LOOP;
END
$$;
