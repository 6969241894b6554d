-- New, empty files for all tables and their indexes, which the server removes again when the transaction is rolled back. Triggers of
-- TRUNCATE stay out of it.
DO $$
DECLARE
	list text;
	view text;
BEGIN
	PERFORM pg_catalog.set_config('session_replication_role', 'replica', true);
	SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', ' ORDER BY c.oid) INTO list
	FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
		AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast';
	IF list IS NOT NULL THEN
		EXECUTE 'TRUNCATE ' || list;
	END IF;
	FOR view IN SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'm' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY c.oid
	LOOP
		EXECUTE 'REFRESH MATERIALIZED VIEW ' || view || ' WITH NO DATA';
	END LOOP;
	PERFORM pg_catalog.set_config('session_replication_role', 'origin', true);
	DELETE FROM pg_catalog.pg_statistic s USING pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE c.oid = s.starelid AND n.nspname NOT IN ('pg_catalog', 'information_schema');
	DELETE FROM pg_catalog.pg_statistic_ext_data;
END
$$;
