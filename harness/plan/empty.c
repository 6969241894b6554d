#include "plan/array.h"
#include "plan/import.h"
#include "plan/sql.h"

static char *
empty_list_oids(const PlanSize *size)
{
	g_autoptr(GString) list = g_string_new("{0");

	for (guint i = 0; i < size->tables->len; i++)
		g_string_append_printf(list, ",%u", ((PlanTableSize *)g_ptr_array_index(size->tables, i))->oid);
	g_string_append_c(list, '}');
	return g_strdup(list->str);
}

/* Schema and name of each that was not found so far: it may be there by now. */
static char *
empty_list_names(const PlanSize *size)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < size->tables->len; i++) {
		const PlanTableSize *table = g_ptr_array_index(size->tables, i);
		g_ptr_array_add(names, table->schema);
		g_ptr_array_add(names, table->name);
	}
	return plan_array_join(names);
}

/* Triggers of TRUNCATE stay out of it, and so do foreign keys of other tables: without triggers a table has none, for
 * TRUNCATE. The planner has to see them again. */
bool
plan_empty(DbSession *session, const PlanSize *size, GError **error)
{
	g_autofree char *oids = empty_list_oids(size);
	g_autofree char *names = empty_list_names(size);
	g_autoptr(DbResult) row = db_session_query(session, error, plan_sql_empty, oids, names, NULL);
	g_autoptr(GString) sql = g_string_new("SET LOCAL session_replication_role = replica");

	if (row == NULL)
		return false;
	const char *all = db_result_value(row, 0, 0);
	const char *triggers = db_result_value(row, 0, 1);
	const char *tables = db_result_value(row, 0, 2);
	const char *views = db_result_value(row, 0, 3);
	if (tables != NULL)
		g_string_append_printf(
		    sql,
		    "; UPDATE pg_catalog.pg_class SET relhastriggers = false WHERE oid = ANY ('%s'); "
		    "TRUNCATE %s; UPDATE pg_catalog.pg_class SET relhastriggers = true WHERE oid = ANY ('%s')",
		    triggers, tables, triggers);
	g_string_append(sql, views != NULL ? views : "");
	g_string_append_printf(
	    sql,
	    "; SET LOCAL session_replication_role = origin; DELETE FROM pg_catalog.pg_statistic WHERE "
	    "starelid = ANY ('%s') OR starelid IN (SELECT indexrelid FROM pg_catalog.pg_index WHERE "
	    "indrelid = ANY ('%s')); DELETE FROM pg_catalog.pg_statistic_ext_data",
	    all, all);
	return db_session_execute(session, sql->str, error);
}
