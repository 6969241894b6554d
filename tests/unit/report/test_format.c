#include "report/format/format.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
every_row_is_complete_and_found_by_its_name(void **state)
{
	(void)state;
	guint count = 0;

	for (const ReportFormat *format = report_formats(); format->name != NULL; format++) {
		assert_ptr_equal(report_format_find(format->name), format);
		assert_non_null(format->file_name);
		assert_non_null(format->summary);
		assert_non_null(format->write);
		count++;
	}
	assert_true(count > 0);
	assert_non_null(report_format_find("junit"));
	assert_null(report_format_find("JUnit"));
	assert_null(report_format_find(""));
}

static void
folders_are_made(void **state)
{
	(void)state;
	g_autofree char *root = g_dir_make_tmp("pgassay-report-XXXXXX", NULL);
	g_autofree char *outer = g_build_filename(root, "build", NULL);
	g_autofree char *inner = g_build_filename(outer, "reports", NULL);
	g_autofree char *path = g_build_filename(inner, "junit.xml", NULL);
	g_autoptr(ReportRun) run = report_run_new();
	g_autoptr(GError) error = NULL;

	assert_true(report_format_write(report_format_find("junit"), run, path, &error));
	assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
	g_unlink(path);
	g_rmdir(inner);
	g_rmdir(outer);
	assert_int_equal(g_rmdir(root), 0);
}

static void
a_folder_that_is_a_file_is_an_error_that_names_the_report(void **state)
{
	(void)state;
	g_autofree char *file = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "meson.build", NULL);
	g_autofree char *path = g_build_filename(file, "reports", "junit.xml", NULL);
	g_autofree char *direct = g_build_filename(file, "junit.xml", NULL);
	const char *const paths[] = { path, direct };
	g_autoptr(ReportRun) run = report_run_new();

	for (const ReportFormat *format = report_formats(); format->name != NULL; format++) {
		for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
			g_autoptr(GError) error = NULL;
			assert_false(report_format_write(format, run, paths[i], &error));
			assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
			assert_non_null(strstr(error->message, paths[i]));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete_and_found_by_its_name),
		cmocka_unit_test(folders_are_made),
		cmocka_unit_test(a_folder_that_is_a_file_is_an_error_that_names_the_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
