/* The valid keys of plans and sizes, and the errors that are found before a server starts. */
#include "run/job/plan.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SIZE "size: {tables: {public.t: {rows: 84M}}}"

static char *folder;

static int
set_up(void **state G_GNUC_UNUSED)
{
	folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	assert_int_equal(g_chdir(folder), 0);
	assert_int_equal(g_mkdir("migrations", 0700), 0);
	assert_true(g_file_set_contents("migrations/0001_a.sql", "CREATE TABLE t (a int);\n", -1, NULL));
	return 0;
}

static int
tear_down(void **state G_GNUC_UNUSED)
{
	static const char *const files[] = { "migrations/0001_a.sql", "migrations", "suite.yaml", "stats.yaml",
		                             "q.sql" };

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		g_remove(files[i]);
	assert_int_equal(g_chdir("/"), 0);
	g_rmdir(folder);
	g_free(folder);
	return 0;
}

static RunPlan *
load_suite(const char *size, const char *plan, GError **error)
{
	static const char *const paths[] = { "suite.yaml", NULL };
	g_autofree char *text = g_strdup_printf("suite: a\ndatabases:\n  one:\n    migrations: migrations\n    %s\n"
	                                        "queries: [q.sql]\nplans:\n  - { name: p, %s }\n",
	                                        size, plan);

	assert_true(g_file_set_contents("suite.yaml", text, -1, NULL));
	assert_true(g_file_set_contents("q.sql", "-- name: find\nSELECT a FROM t WHERE a = @a;\n", -1, NULL));
	return run_plan_load(paths, error);
}

static void
assert_refused(const char *size, const char *plan, const char *place, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RunPlan) loaded = load_suite(size, plan, &error);

	if (loaded != NULL)
		fail_msg("nothing is said of: %s; %s", size, plan);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	if (!g_str_has_prefix(error->message, place) || strstr(error->message, message) == NULL)
		fail_msg("%s", error->message);
}

static void
test_refused_plans(void **state G_GNUC_UNUSED)
{
	static const struct {
		const char *plan;
		const char *place;
		const char *message;
	} rows[] = {
		{ "sql: SELECT 1, query: find", "suite.yaml:8:5", "needs either \"sql\" or \"query\"" },
		{ "generic: true", "suite.yaml:8:5", "needs either \"sql\" or \"query\"" },
		{ "query: fidn", "suite.yaml:8:23", "hint: did you mean \"find\"?" },
		{ "query: find, values: [[1, 2]]", "suite.yaml:8:38",
		  "the query has 1 parameters, and here are 2 values" },
		{ "query: find, values: []", "suite.yaml:8:37", "\"values\" has none" },
		{ "sql: SELECT 1, values: [[1]]", "suite.yaml:8:40", "1 values" },
		{ "sql: SELECT 1, values: [[]]", "suite.yaml:8:39", "the query has no parameters" },
		{ "query: find, generic: false", "suite.yaml:8:38", "nothing is left to be planned" },
		{ "sql: SELECT 1; SELECT 2", "suite.yaml:8:21", "must be one statement" },
		{ "sql: SELECT now()", "suite.yaml:8:21", "asks for the time" },
		{ "query: find, forbids: Seqscan", "suite.yaml:8:38", "hint: did you mean \"Seq Scan\"?" },
		{ "query: find, requires: [Sort, Nested Lop on t]", "suite.yaml:8:46",
		  "did you mean \"Nested Loop\"?" },
		{ "query: find, access: {t: by index}", "suite.yaml:8:41", "\"by index\" is no way to read a table" },
		{ "query: find, access: {t: index on (a}", "suite.yaml:8:41", "no way to read a table" },
		{ "query: find, access: {t: \"index on (a,)\"}", "suite.yaml:8:41", "no way to read a table" },
		{ "query: find, xpath: \"//Plan[\"", "suite.yaml:8:36",
		  "is no XPath expression: something is missing at its end" },
		{ "query: find, uses: ''", "suite.yaml:8:35", "the name of the index is empty" },
		{ "query: find, requires: Sort, forbids: [Sort]", "suite.yaml:8:55",
		  "no plan can meet both \"Sort\" and \"Sort\"" },
		{ "query: find, requires: Seq Scan on t, forbids: Seq Scan", "suite.yaml:8:63",
		  "no plan can meet both" },
		{ "query: find, access: {t: seq scan}, forbids: Seq Scan", "suite.yaml:8:61", "no plan can meet both" },
		{ "query: find, access: {t: index}, requires: Seq Scan on t", "suite.yaml:8:59",
		  "no plan can meet both" },
		{ "query: find, max: {cost_ratio: 0.5}", "suite.yaml:8:47", "must be between 1 and" },
		{ "query: find, max: {values_ratio: much}", "suite.yaml:8:49", "is no number" },
		{ "query: find, use: i", "suite.yaml:8:29", "did you mean \"uses\"?" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_refused(SIZE, rows[i].plan, rows[i].place, rows[i].message);
}

static void
test_refused_sizes(void **state G_GNUC_UNUSED)
{
	static const struct {
		const char *size;
		const char *place;
		const char *message;
	} rows[] = {
		{ "rollback: none", "suite.yaml:8:5", "has no size" },
		{ "size: {}", "suite.yaml:5:11", "\"size\" states no table" },
		{ "size: {tables: {t: {rows: 1}}}", "suite.yaml:5:21", "hint: write it with its schema" },
		{ "size: {tables: {public.t: {}}}", "suite.yaml:5:21", "needs \"rows\"" },
		{ "size: {tables: {public.t: {rows: 1X}}}", "suite.yaml:5:38", "\"rows\" is no number: \"1X\"" },
		{ "size: {tables: {public.t: {rows: -1}}}", "suite.yaml:5:38", "must be between 0 and" },
		{ "size: {tables: {public.t: {rows: nan}}}", "suite.yaml:5:38", "is no number" },
		{ "size: {tables: {public.t: {rows: 1, columns: {a: {nulls: 0}}}}}", "suite.yaml:5:54",
		  "needs \"distinct\"" },
		{ "size: {tables: {public.t: {rows: 1, columns: {a: {distinct: 2, min: 1}}}}}", "suite.yaml:5:54",
		  "belong together" },
		{ "size: {tables: {public.t: {rows: 1, columns: {a: {distinct: 2, most_common: [1]}}}}}",
		  "suite.yaml:5:54", "\"most_common\" needs \"shares\"" },
		{ "size: {tables: {public.t: {rows: 1, columns: {a: {distinct: 2, most_common: [1], shares: [2]}}}}}",
		  "suite.yaml:5:94", "no share of the rows" },
		{ "size: {tables: {public.t: {rows: 1, columns: {a: {distinct: 2, most_common: [1, 2], shares: [.5, "
		  ".6]}}}}}",
		  "suite.yaml:5:97", "more than 1 together" },
		{ "size: {statistics: nothing.yaml}", "suite.yaml:5:24", "there is no file \"nothing.yaml\"" },
		{ "size: {statistics: stats.yaml}", "stats.yaml:1:13", "has the form 2" },
	};

	assert_true(g_file_set_contents("stats.yaml", "statistics: 2\ntables: {}\n", -1, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_refused(rows[i].size, "query: find", rows[i].place, rows[i].message);
}

static void
test_names(void **state G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RunPlan) loaded = load_suite(
	    SIZE,
	    "query: find, values: [[7], [null]], generic: true, access: {t: \"index only on (lower(a), b DESC)\"}",
	    &error);

	if (loaded == NULL)
		fail_msg("%s", error->message);
	const RunJob *job = g_ptr_array_index(loaded->jobs, 0);
	const PlanCase *plan_case = g_ptr_array_index(job->plans, 0);
	static const char *const names[] = { "p (7)", "p (null)", "p (any values)" };
	assert_int_equal(plan_case_count(plan_case), 3);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *name = plan_case_name(plan_case, i);
		assert_string_equal(name, names[i]);
	}
	assert_non_null(plan_case_values(plan_case, 1));
	assert_null(plan_case_values(plan_case, 2));
	const PlanTableSize *table = g_ptr_array_index(job->size->tables, 0);
	assert_true(table->rows > 83999999 && table->rows < 84000001);
}

/* A number of rows by hand makes a table of the fixture so much larger, with its indexes. */
static void
test_by_hand_over_statistics(void **state G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	assert_true(g_file_set_contents(
	    "stats.yaml",
	    "statistics: 1\ntaken: '2026-01-01 00:00:00+00'\ntables:\n  public.t:\n    rows: 1000\n    pages: 10\n"
	    "    columns: { a: { distinct: 5, bounds: [1, 2] } }\n"
	    "    indexes: { i: { rows: 1000, pages: 4, height: 1 } }\n",
	    -1, NULL));
	g_autoptr(RunPlan) loaded = load_suite("size: {statistics: stats.yaml, tables: {public.t: {rows: 1M}}}",
	                                       "sql: SELECT now()", &error);
	if (loaded == NULL)
		fail_msg("%s", error->message);
	const PlanSize *size = ((RunJob *)g_ptr_array_index(loaded->jobs, 0))->size;
	const PlanTableSize *table = g_ptr_array_index(size->tables, 0);
	const PlanIndexSize *index = g_ptr_array_index(table->indexes, 0);
	assert_int_equal((int)table->pages, 10000);
	assert_int_equal((int)index->pages, 4000);
	assert_true(index->height < 0);
	assert_int_equal(table->columns->len, 1);
	assert_string_equal(size->now, "2026-01-01 00:00:00+00");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refused_plans),
		TEST(test_refused_sizes),
		TEST(test_names),
		TEST(test_by_hand_over_statistics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
