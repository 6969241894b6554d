#include "run/job/queries.h"

#include "query/query.h"
#include "suite/plans.h"

static void
queries_free(gpointer data)
{
	query_free(data);
}

static bool
queries_add_file(GPtrArray *all, const char *path, GError **error)
{
	g_autoptr(GPtrArray) some = query_load_file(path, error);

	for (guint i = 0; some != NULL && i < some->len; i++) {
		g_ptr_array_add(all, g_ptr_array_index(some, i));
		g_ptr_array_index(some, i) = NULL;
	}
	return some != NULL;
}

GPtrArray *
run_queries_load(const Suite *suite, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(queries_free);

	for (guint i = 0; i < suite->queries->len; i++)
		if (!queries_add_file(all, ((const SuiteFile *)g_ptr_array_index(suite->queries, i))->path, error))
			return NULL;
	return g_steal_pointer(&all);
}

GPtrArray *
run_queries_load_path(const char *path, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(queries_free);
	g_autoptr(GPtrArray) files = suite_list_queries(path);

	for (guint i = 0; i < files->len; i++)
		if (!queries_add_file(all, g_ptr_array_index(files, i), error))
			return NULL;
	return g_steal_pointer(&all);
}
