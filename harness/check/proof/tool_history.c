#include "check/proof/tool_history.h"

#include "migration/runner/access.h"

char *
check_tool_history_read(CheckWorkspace *workspace, GError **error)
{
	bool has = false;

	if (!migration_runner_has_history(workspace->runner, &has, error))
		return NULL;
	if (!has)
		return g_strdup("[]");
	g_autofree char *sql = g_strdup_printf(
	    "SELECT coalesce(pg_catalog.json_agg(t), '[]')::pg_catalog.text FROM %s t",
	    migration_runner_history(workspace->runner));
	return db_session_query_value(workspace->session, error, sql, NULL);
}

bool
check_tool_history_write(CheckWorkspace *workspace, const char *rows, GError **error)
{
	const char *table = migration_runner_history(workspace->runner);
	g_autofree char *literal = db_session_quote_literal(workspace->session, rows);
	g_autofree char *sql = g_strdup_printf(
	    "BEGIN; DELETE FROM %s; INSERT INTO %s OVERRIDING SYSTEM VALUE"
	    " SELECT * FROM pg_catalog.json_populate_recordset(NULL::%s, %s::pg_catalog.json); COMMIT",
	    table, table, table, literal);

	return db_session_execute(workspace->session, sql, error);
}
