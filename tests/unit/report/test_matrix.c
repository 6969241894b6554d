/* Runs on several versions as one: each case says on which of them it was what. */
#include "report/format/matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const guint versions[] = { 13, 15, 18 };

typedef struct {
	const char *name;
	ReportStatus statuses[3];
	const char *messages[3];
	bool missing[3];
	ReportStatus status; /* of all of them */
	const char *message;
} Case;

static const Case cases[] = {
	{ "passes", { REPORT_PASSED, REPORT_PASSED, REPORT_PASSED }, { 0 }, { 0 }, REPORT_PASSED, NULL },
	{ "fails everywhere",
	  { REPORT_FAILED, REPORT_FAILED, REPORT_FAILED },
	  { "no", "no", "no" },
	  { 0 },
	  REPORT_FAILED,
	  "no" },
	{ "fails on the old ones",
	  { REPORT_FAILED, REPORT_FAILED, REPORT_PASSED },
	  { "no", "no", NULL },
	  { 0 },
	  REPORT_FAILED,
	  "PostgreSQL 13, 15: no; 18: passed" },
	{ "fails in another way",
	  { REPORT_FAILED, REPORT_ERRORED, REPORT_PASSED },
	  { "no", "cannot", NULL },
	  { 0 },
	  REPORT_ERRORED,
	  "PostgreSQL 15: cannot; 13: no; 18: passed" },
	{ "rewrites on one",
	  { REPORT_PASSED, REPORT_PASSED, REPORT_PASSED },
	  { "rewrite: t", NULL, NULL },
	  { 0 },
	  REPORT_PASSED,
	  "PostgreSQL 13: rewrite: t; 15, 18: passed" },
	{ "is not there on all",
	  { REPORT_PASSED, REPORT_PASSED, REPORT_PASSED },
	  { 0 },
	  { true, false, true },
	  REPORT_PASSED,
	  "PostgreSQL 15: passed" },
};

static ReportRun *
matrix_make_run(guint index)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");

	report_suite_add_property(suite, "server.version", index == 0 ? "13.22" : index == 1 ? "15.18" : "18.1");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		ReportCase *test_case = report_case_new("shop", "forward", cases[i].name, (SourcePosition){ 0 });
		if (cases[i].messages[index] != NULL)
			report_case_set(test_case, cases[i].statuses[index], "%s", cases[i].messages[index]);
		test_case->duration = 10;
		if (cases[i].missing[index])
			report_case_free(test_case);
		else
			report_suite_add_case(suite, test_case);
	}
	return run;
}

static void
matrix_free(gpointer data)
{
	report_run_free(data);
}

static void
a_case_says_on_which_versions_it_was_what(void **state)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(matrix_free);

	(void)state;
	for (guint i = 0; i < 3; i++)
		g_ptr_array_add(runs, matrix_make_run(i));
	g_autoptr(ReportRun) run = report_matrix(runs, versions);
	const ReportSuite *suite = g_ptr_array_index(run->suites, 0);

	assert_int_equal(run->suites->len, 1);
	assert_int_equal(suite->cases->len, G_N_ELEMENTS(cases));
	assert_int_equal(suite->properties->len, 3);
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		assert_string_equal(test_case->name, cases[i].name);
		assert_int_equal(test_case->status, cases[i].status);
		if (g_strcmp0(test_case->message, cases[i].message) != 0)
			fail_msg("%s: %s", test_case->name, test_case->message);
	}
	assert_int_equal(((const ReportCase *)g_ptr_array_index(suite->cases, 0))->duration, 30);
}

/* A suite that is for one version only agrees with itself. */
static void
a_suite_counts_where_it_was_run(void **state)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(matrix_free);

	(void)state;
	g_ptr_array_add(runs, report_run_new());
	g_ptr_array_add(runs, matrix_make_run(0));
	g_autoptr(ReportRun) run = report_matrix(runs, versions);
	const ReportSuite *suite = g_ptr_array_index(run->suites, 0);
	const ReportCase *failed = g_ptr_array_index(suite->cases, 2);

	assert_string_equal(failed->message, "no");
	assert_int_equal(suite->cases->len, G_N_ELEMENTS(cases) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_says_on_which_versions_it_was_what),
		cmocka_unit_test(a_suite_counts_where_it_was_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
