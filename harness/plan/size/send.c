#include "plan/size/send.h"

#include "plan/size/sql.h"

static void
send_append_size(GString *json, const PlanImportRelation *one)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	/* The column is an int, whose sign the server does not look at. */
	g_string_append_printf(json, "%s{\"relation\":%u,\"pages\":%d,\"visible\":%d,\"rows\":%s",
	                       json->len > 1 ? "," : "", one->oid, (int)(guint32)one->pages, (int)(guint32)one->visible,
	                       g_ascii_dtostr(number, sizeof number, one->rows));
	if (one->file != 0)
		g_string_append_printf(json, ",\"file\":%u", one->file);
	if (one->indexes != NULL)
		g_string_append_printf(json, ",\"indexes\":%s", one->indexes);
	g_string_append_c(json, '}');
}

static DbRequest
send_sizes_request(const PlanImport *import, const char *sizes)
{
	static const DbPrepared update = { DB_OWN_STATEMENTS "plan_import_sizes", plan_sql_import_sizes };
	static const DbPrepared dense = { DB_OWN_STATEMENTS "plan_import_dense", plan_sql_import_dense };

	return (DbRequest){ .prepared = import->files != NULL ? &update : &dense, .parameter = sizes };
}

static char *
send_list_sizes(const GArray *relations)
{
	g_autoptr(GString) json = g_string_new("[");

	for (guint i = 0; i < relations->len; i++)
		send_append_size(json, &g_array_index(relations, PlanImportRelation, i));
	g_string_append_c(json, ']');
	return g_strdup(json->str);
}

bool
plan_import_send_sizes(PlanImport *import, const GArray *relations, GError **error)
{
	g_autofree char *sizes = send_list_sizes(relations);
	const DbRequest request = send_sizes_request(import, sizes);
	g_autoptr(DbResult) result = NULL;

	return db_session_pipeline_requests(import->session, 1, &request, &result, error);
}

/* Removes the statistics of an earlier ANALYZE, for example one of a migration. */
static DbRequest
send_forget_request(const PlanImport *import, const char *oids)
{
	static const DbPrepared forget = { DB_OWN_STATEMENTS "plan_forget", plan_sql_forget };
	static const DbPrepared forget_13 = { DB_OWN_STATEMENTS "plan_forget_13", plan_sql_forget_13 };
	bool has_expressions = db_session_server_version(import->session) >= 140000; /* CREATE STATISTICS ON (a + b) */

	return (DbRequest){ .prepared = has_expressions ? &forget : &forget_13, .parameter = oids };
}

/* The tables and their indexes, as an array of OIDs. */
static char *
send_list_oids(const PlanImport *import, const GArray *tables)
{
	g_autoptr(GString) oids = g_string_new("{0");

	for (guint i = 0; i < tables->len; i++) {
		guint oid = g_array_index(tables, PlanImportRelation, i).oid;
		const PlanTable *table = g_hash_table_lookup(import->catalog->by_oid, GUINT_TO_POINTER(oid));
		g_string_append_printf(oids, ",%u", oid);
		for (guint j = 0; j < table->indexes->len; j++)
			g_string_append_printf(oids, ",%u",
			                       ((const PlanIndex *)g_ptr_array_index(table->indexes, j))->oid);
	}
	g_string_append_c(oids, '}');
	return g_strdup(oids->str);
}

bool
plan_import_send_sizes_anew(PlanImport *import, const GArray *tables, const GArray *relations, GError **error)
{
	g_autofree char *oids = send_list_oids(import, tables);
	g_autofree char *sizes = send_list_sizes(relations);
	const DbRequest requests[] = { send_forget_request(import, oids), send_sizes_request(import, sizes) };
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };

	if (!db_session_pipeline_requests(import->session, G_N_ELEMENTS(requests), requests, results, error))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
		db_result_free(results[i]);
	return true;
}
