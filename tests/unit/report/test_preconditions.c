#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/format/preconditions.h"

#include <glib/gstdio.h>
#include <string.h>

static const SourcePosition nowhere = { .path = "db/2_b.sql" };

/* A run of one suite with one case. */
static ReportRun *
new_run(ReportCase **ret_case)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "suites/shop.yaml");

	*ret_case = report_case_new("main", "rows", "2_b.sql", nowhere);
	report_suite_add_case(suite, *ret_case);
	return run;
}

static char *
write_and_read(const ReportRun *run, const char *path)
{
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	assert_true(report_preconditions_write(run, path, &error));
	return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

static void
each_query_stands_under_its_meaning(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "preconditions.sql", NULL);
	ReportCase *test_case = NULL;
	g_autoptr(ReportRun) run = new_run(&test_case);

	(void)state;
	report_case_add_precondition(test_case, "no row of t has NULL in \"a\"", "SELECT * FROM t WHERE a IS NULL",
	                             true);
	report_case_add_precondition(test_case, "of two\nlines", "SELECT 1 -- remark", true);
	report_case_add_precondition(test_case, "somebody judges", "SELECT min(a) FROM t", false);
	report_case_add_precondition(test_case, "nobody can ask", NULL, true);
	assert_int_equal(report_preconditions_count(run), 4);
	g_autofree char *text = write_and_read(run, path);
	assert_non_null(strstr(text, "\n-- shop, database main: 2_b.sql works only if\n"
	                             "-- no row of t has NULL in \"a\"\nSELECT * FROM t WHERE a IS NULL\n;\n"
	                             "-- of two\n-- lines\nSELECT 1 -- remark\n;\n"
	                             "-- somebody judges\n-- (look at what it gives)\nSELECT min(a) FROM t\n;\n"
	                             "-- nobody can ask\n-- (there is no query for that)\n"));
	g_unlink(path);
	g_rmdir(folder);
}

/* A file of the run before would be taken for this one's. */
static void
without_preconditions_there_is_no_file(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "preconditions.sql", NULL);
	ReportCase *test_case = NULL;
	g_autoptr(ReportRun) run = new_run(&test_case);

	(void)state;
	assert_true(g_file_set_contents(path, "old", -1, NULL));
	assert_null(write_and_read(run, path));
	assert_null(write_and_read(run, path));
	assert_int_equal(report_preconditions_count(run), 0);
	g_rmdir(folder);
}

static void
write_failures_are_reported(void **state)
{
	ReportCase *test_case = NULL;
	g_autoptr(ReportRun) run = new_run(&test_case);
	g_autoptr(GError) error = NULL;

	(void)state;
	report_case_add_precondition(test_case, "m", "SELECT 1", true);
	assert_false(report_preconditions_write(run, "/dev/null/preconditions.sql", &error));
	assert_non_null(strstr(error->message, "preconditions.sql"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_query_stands_under_its_meaning),
		cmocka_unit_test(without_preconditions_there_is_no_file),
		cmocka_unit_test(write_failures_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
