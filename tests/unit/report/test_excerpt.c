#include "report/console/excerpt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The excerpt of a case at that place of a file with that text. */
static char *
excerpt_of(const char *name, const char *text, guint line, guint column)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	SourcePosition position = { .path = g_intern_string(path), .line = line, .column = column };
	g_autoptr(ReportCase) test_case = report_case_new("d", "rows", "1", position);
	char *excerpt = report_case_excerpt(test_case);
	unlink(path);
	rmdir(folder);
	return excerpt;
}

static void
the_statement_is_shown_with_a_caret(void **state)
{
	static const char text[] = "SELECT 1;\n  DROP TABLE t;\n";

	(void)state;
	g_autofree char *found = excerpt_of("1.sql", text, 2, 3);
	g_autofree char *no_column = excerpt_of("1.sql", text, 2, 0);
	g_autofree char *yaml = excerpt_of("1.yaml", text, 2, 3);
	g_autofree char *changed = excerpt_of("1.sql", text, 9, 3);
	assert_string_equal(found, "2 |   DROP TABLE t;\n  |   ^");
	assert_null(no_column);
	assert_null(yaml);
	assert_null(changed);
}

static void
a_case_without_a_file_has_no_statement(void **state)
{
	SourcePosition gone = { .path = "/nowhere/1.sql", .line = 1, .column = 1 };
	g_autoptr(ReportCase) lost = report_case_new("d", "rows", "1", gone);
	g_autoptr(ReportCase) none = report_case_new("d", "rows", "1", (SourcePosition){ 0 });

	(void)state;
	assert_null(report_case_excerpt(lost));
	assert_null(report_case_excerpt(none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_statement_is_shown_with_a_caret),
		cmocka_unit_test(a_case_without_a_file_has_no_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
