-- As pg_stat_statements would have it on a server that has loaded it: the extension's function gives what was seen.
CREATE EXTENSION pg_stat_statements;
ALTER EXTENSION pg_stat_statements DROP VIEW pg_stat_statements;
ALTER EXTENSION pg_stat_statements DROP FUNCTION pg_stat_statements(boolean);
DROP VIEW pg_stat_statements;
DROP FUNCTION pg_stat_statements(boolean);
CREATE FUNCTION pg_stat_statements(showtext boolean) RETURNS TABLE (dbid oid, queryid bigint, query text, calls bigint) LANGUAGE sql AS $$
	SELECT d.oid, s.* FROM pg_database d, (VALUES
		(11, 'SELECT note FROM orders WHERE id = $1 /* user 4711 */', 7),
		(11, 'SELECT note FROM orders WHERE id = $1 /* user 4711 */', 2),
		(12, 'INSERT INTO orders (id, note) VALUES ($1, $2)', 90),
		(13, 'SELECT * FROM orders WHERE note = ''secret''', 1),
		(14, 'SELECT now() - interval $1', 3),
		(15, 'ALTER ROLE x PASSWORD ''secret''', 1),
		(16, 'SELECT c.relname FROM pg_catalog.pg_class c', 1),
		(NULL, '<insufficient privilege>', 5)) s (id, text, n)
	WHERE d.datname = current_database() $$;
ALTER EXTENSION pg_stat_statements ADD FUNCTION pg_stat_statements(boolean);
