#include "report/format/matrix.h"

#include <string.h>

/* One case on all versions. */
typedef struct {
	ReportCase *cases[64]; /* by the index of the run; NULL: that has no such case */
} Row;

#define MOST_RUNS G_N_ELEMENTS(((Row *)NULL)->cases)

typedef struct {
	const GPtrArray *runs;
	const guint *versions;
	guint n;
} Matrix;

/* The worst first. */
static const ReportStatus matrix_order[] = { REPORT_ERRORED, REPORT_FAILED, REPORT_PASSED, REPORT_SKIPPED };

static char *
matrix_key(const ReportCase *test_case)
{
	return g_strdup_printf("%s\n%s\n%s", test_case->database != NULL ? test_case->database : "", test_case->stage,
	                       test_case->name);
}

/* --- One case ------------------------------------------------------------------------ */

static bool
matrix_is_same(const ReportCase *a, const ReportCase *b)
{
	return a != NULL && b != NULL && a->status == b->status && g_strcmp0(a->message, b->message) == 0;
}

static bool
matrix_agrees(const Matrix *matrix, const Row *row)
{
	for (guint i = 1; i < matrix->n; i++)
		if (!matrix_is_same(row->cases[0], row->cases[i]))
			return false;
	return true;
}

/* "15, 16": the versions with the same result as the run number `like`. */
static char *
matrix_list(const Matrix *matrix, const Row *row, guint like)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < matrix->n; i++)
		if (matrix_is_same(row->cases[i], row->cases[like]))
			g_string_append_printf(text, "%s%u", text->len > 0 ? ", " : "", matrix->versions[i]);
	return g_string_free(text, FALSE);
}

static bool
matrix_is_first_of_its_kind(const Row *row, guint index)
{
	for (guint i = 0; i < index; i++)
		if (matrix_is_same(row->cases[i], row->cases[index]))
			return false;
	return row->cases[index] != NULL;
}

static const char *
matrix_outcome(const ReportCase *test_case)
{
	return test_case->message != NULL ? test_case->message : report_status_name(test_case->status);
}

/* "15, 16: rewrites ...; 17: passed", the worst first. */
static char *
matrix_describe(const Matrix *matrix, const Row *row)
{
	GString *text = g_string_new("PostgreSQL ");

	for (gsize order = 0; order < G_N_ELEMENTS(matrix_order); order++) {
		for (guint i = 0; i < matrix->n; i++) {
			if (!matrix_is_first_of_its_kind(row, i) || row->cases[i]->status != matrix_order[order])
				continue;
			g_autofree char *list = matrix_list(matrix, row, i);
			g_string_append_printf(text, "%s%s: %s", strlen(text->str) > strlen("PostgreSQL ") ? "; " : "",
			                       list, matrix_outcome(row->cases[i]));
		}
	}
	return g_string_free(text, FALSE);
}

static ReportCase **
matrix_find_worst(const Matrix *matrix, Row *row)
{
	for (gsize order = 0; order < G_N_ELEMENTS(matrix_order); order++)
		for (guint i = 0; i < matrix->n; i++)
			if (row->cases[i] != NULL && row->cases[i]->status == matrix_order[order])
				return &row->cases[i];
	return NULL;
}

/* The case that stands for all of them. */
static ReportCase *
matrix_join(const Matrix *matrix, Row *row)
{
	bool agrees = matrix_agrees(matrix, row);
	g_autofree char *message = agrees ? NULL : matrix_describe(matrix, row);
	ReportCase *joined = g_steal_pointer(matrix_find_worst(matrix, row));

	if (!agrees) {
		g_free(joined->message);
		joined->message = g_steal_pointer(&message);
	}
	for (guint i = 0; i < matrix->n; i++) {
		if (row->cases[i] != NULL)
			joined->duration += row->cases[i]->duration;
		report_case_free(row->cases[i]);
	}
	return joined;
}

/* --- Suites --------------------------------------------------------------------------- */

static void
matrix_row_free(gpointer data)
{
	g_free(data);
}

static void
matrix_take_cases(ReportSuite *suite, guint index, GHashTable *rows, GPtrArray *order)
{
	for (guint i = 0; i < suite->cases->len; i++) {
		ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		g_autofree char *key = matrix_key(test_case);
		Row *row = g_hash_table_lookup(rows, key);
		if (row == NULL) {
			row = g_new0(Row, 1);
			g_hash_table_insert(rows, g_steal_pointer(&key), row);
			g_ptr_array_add(order, row);
		}
		if (row->cases[index] == NULL)
			row->cases[index] = test_case;
		else
			report_case_free(test_case);
	}
	g_ptr_array_set_free_func(suite->cases, NULL);
	g_ptr_array_set_size(suite->cases, 0);
}

static ReportSuite *
matrix_find_suite(const ReportRun *run, const ReportSuite *like)
{
	for (guint i = 0; i < run->suites->len; i++) {
		ReportSuite *suite = g_ptr_array_index(run->suites, i);
		if (g_strcmp0(suite->name, like->name) == 0 && g_strcmp0(suite->path, like->path) == 0)
			return suite;
	}
	return NULL;
}

/* The properties of the first run that has the suite, and all versions. */
static void
matrix_take_facts(ReportSuite *joined, ReportSuite *from, bool first)
{
	joined->duration += from->duration;
	for (guint i = 0; i < from->properties->len; i++) {
		const ReportProperty *property = g_ptr_array_index(from->properties, i);
		if (first || strcmp(property->name, "server.version") == 0)
			report_suite_add_property(joined, property->name, property->value);
	}
	for (guint i = 0; first && i < from->databases->len; i++)
		report_suite_add_database(joined, g_ptr_array_index(from->databases, i));
	if (!first)
		return;
	g_ptr_array_set_free_func(from->databases, NULL);
	g_ptr_array_set_size(from->databases, 0);
}

/* Only the runs that have the suite count: it may not be for all versions. */
static void
matrix_add_suite(const Matrix *all, const ReportSuite *like, ReportRun *joined)
{
	ReportSuite *suite = report_run_add_suite(joined, like->name, like->title, like->path);
	g_autoptr(GHashTable) rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, matrix_row_free);
	g_autoptr(GPtrArray) order = g_ptr_array_new();
	guint versions[MOST_RUNS] = { 0 };
	Matrix matrix = { .runs = all->runs, .versions = versions };

	suite->started = like->started;
	suite->duration = 0;
	for (guint i = 0; i < all->n; i++) {
		ReportSuite *from = matrix_find_suite(g_ptr_array_index(all->runs, i), like);
		if (from == NULL)
			continue;
		matrix_take_facts(suite, from, matrix.n == 0);
		matrix_take_cases(from, matrix.n, rows, order);
		versions[matrix.n++] = all->versions[i];
	}
	for (guint i = 0; i < order->len; i++)
		report_suite_add_case(suite, matrix_join(&matrix, g_ptr_array_index(order, i)));
}

ReportRun *
report_matrix(const GPtrArray *runs, const guint *versions)
{
	const Matrix matrix = { .runs = runs, .versions = versions, .n = MIN(runs->len, (guint)MOST_RUNS) };
	ReportRun *joined = report_run_new();

	for (guint i = 0; i < matrix.n; i++) {
		ReportRun *run = g_ptr_array_index(runs, i);
		joined->started = i == 0 ? run->started : joined->started;
		joined->duration += run->duration;
		if (joined->title == NULL)
			joined->title = g_strdup(run->title);
		if (joined->reproduce == NULL)
			joined->reproduce = g_strdupv(run->reproduce);
		for (guint j = 0; j < run->suites->len; j++) {
			const ReportSuite *suite = g_ptr_array_index(run->suites, j);
			if (matrix_find_suite(joined, suite) == NULL)
				matrix_add_suite(&matrix, suite, joined);
		}
	}
	return joined;
}
