#include "catalog/statements.h"

typedef struct {
	char *sql;
	const DbPrepared *prepared;
	char *parameter;
} CatalogStatement;

static void
statements_free(gpointer data)
{
	CatalogStatement *statement = data;

	g_free(statement->sql);
	g_free(statement->parameter);
	g_free(statement);
}

GPtrArray *
catalog_statements_new(void)
{
	return g_ptr_array_new_with_free_func(statements_free);
}

static void
statements_append(GPtrArray *statements, CatalogStatement statement)
{
	g_ptr_array_add(statements, g_memdup2(&statement, sizeof statement));
}

void
catalog_statements_add(GPtrArray *statements, char *sql)
{
	statements_append(statements, (CatalogStatement){ .sql = sql });
}

void
catalog_statements_add_prepared(GPtrArray *statements, const DbPrepared *prepared, char *parameter)
{
	statements_append(statements, (CatalogStatement){ .prepared = prepared, .parameter = parameter });
}

static void
statements_free_result(gpointer result)
{
	db_result_free(result);
}

GPtrArray *
catalog_statements_run(DbSession *session, const GPtrArray *statements, GError **error)
{
	g_autofree DbRequest *requests = g_new0(DbRequest, statements->len + 1);
	g_autofree DbResult **results = g_new0(DbResult *, statements->len + 1);

	for (guint i = 0; i < statements->len; i++) {
		const CatalogStatement *statement = g_ptr_array_index(statements, i);
		requests[i] = (DbRequest){ statement->sql, statement->prepared, statement->parameter };
	}
	if (!db_session_pipeline_requests(session, (int)statements->len, requests, results, error)) {
		g_prefix_error(error, "could not read the catalog: ");
		return NULL;
	}
	GPtrArray *list = g_ptr_array_new_with_free_func(statements_free_result);
	for (guint i = 0; i < statements->len; i++)
		g_ptr_array_add(list, results[i]);
	return list;
}
