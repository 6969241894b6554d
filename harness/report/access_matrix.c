#include "report/access_matrix.h"

#include <string.h>

static const ReportObject *
access_matrix_find_table(const ReportDatabase *database, const char *name)
{
	for (guint i = 0; database != NULL && i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (report_object_is_table(object) && g_strcmp0(object->identity, name) == 0)
			return object;
	}
	return NULL;
}

static gint
access_matrix_compare(gconstpointer a, gconstpointer b)
{
	const ReportAccessRow *first = a;
	const ReportAccessRow *second = b;
	int order = strcmp(first->access->table, second->access->table);

	if (order == 0)
		order = (int)first->access->tried - (int)second->access->tried;
	return order != 0 ? order : (int)first->place - (int)second->place;
}

/* Two rows of the catalog with the same key say the same. */
static char *
access_matrix_make_key(const ReportAccess *access)
{
	GString *key = g_string_new(NULL);

	g_string_append_printf(key, "%s\n%s", access->table, access->role);
	for (int action = 0; action < REPORT_N_ACTIONS; action++) {
		const ReportAccessCell *cell = &access->cells[action];
		g_string_append_printf(key, "\n%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", (int)cell->reach,
		                       cell->rows, cell->of, cell->expected != NULL ? cell->expected : "");
	}
	return g_string_free(key, FALSE);
}

static ReportAccessMatrix *
access_matrix_new(const ReportSuite *suite, const char *name)
{
	const ReportDatabase *database = report_suite_database(suite, name);
	ReportAccessMatrix *matrix = g_new0(ReportAccessMatrix, 1);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	matrix->suite = suite;
	matrix->database = name;
	matrix->rows = g_array_new(FALSE, TRUE, sizeof(ReportAccessRow));
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (test_case->access == NULL || g_strcmp0(test_case->database, name) != 0)
			continue;
		for (guint j = 0; j < test_case->access->len; j++) {
			const ReportAccess *access = g_ptr_array_index(test_case->access, j);
			if (!access->tried && !g_hash_table_add(known, access_matrix_make_key(access)))
				continue;
			const ReportAccessRow row = { test_case, access,
				                      access_matrix_find_table(database, access->table),
				                      matrix->rows->len };
			g_array_append_val(matrix->rows, row);
			matrix->bad += report_access_is_bad(access);
		}
	}
	g_array_sort(matrix->rows, access_matrix_compare);
	return matrix;
}

static void
access_matrix_free(gpointer data)
{
	ReportAccessMatrix *matrix = data;

	g_array_unref(matrix->rows);
	g_free(matrix);
}

GPtrArray *
report_access_matrices(const ReportRun *run)
{
	GPtrArray *matrices = g_ptr_array_new_with_free_func(access_matrix_free);

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (test_case->access != NULL && test_case->database != NULL &&
			    g_hash_table_add(known, test_case->database))
				g_ptr_array_add(matrices, access_matrix_new(suite, test_case->database));
		}
	}
	return matrices;
}

bool
report_access_row_is_important(const ReportAccessRow *row)
{
	return report_access_is_bad(row->access) || (row->table != NULL && row->table->sign != REPORT_SAME);
}
