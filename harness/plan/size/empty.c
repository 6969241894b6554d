#include "plan/size/import.h"
#include "plan/size/sql.h"

/* TRUNCATE must not fire triggers, and must not fail because of foreign keys of other tables: for TRUNCATE, a table
 * without triggers has none. Afterwards the planner has to see the triggers again. */
bool
plan_empty(DbSession *session, const char *oids, GError **error)
{
	g_autoptr(DbResult) row = db_session_query(session, error, plan_sql_empty, oids, NULL);
	g_autoptr(GString) sql = g_string_new("SET LOCAL session_replication_role = replica");

	if (row == NULL)
		return false;
	const char *triggers = db_result_value(row, 0, 0);
	const char *tables = db_result_value(row, 0, 1);
	const char *views = db_result_value(row, 0, 2);
	if (tables != NULL)
		g_string_append_printf(
		    sql,
		    "; UPDATE pg_catalog.pg_class SET relhastriggers = false WHERE oid = ANY ('%s'); "
		    "TRUNCATE %s; UPDATE pg_catalog.pg_class SET relhastriggers = true WHERE oid = ANY ('%s')",
		    triggers, tables, triggers);
	g_string_append(sql, views != NULL ? views : "");
	g_string_append(sql, "; SET LOCAL session_replication_role = origin");
	return db_session_execute(session, sql->str, error);
}
