#include "report/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const SourcePosition nowhere = { 0 };

static void
assert_text(const char *text, const char *expected)
{
	if (expected == NULL)
		assert_null(text);
	else
		assert_string_equal(text, expected);
}

static void
the_message_is_the_first_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
		const char *details;
	} cases[] = {
		{ "one line", "one line", NULL },
		{ "one line\n", "one line", NULL },
		{ "first\nsecond\nthird\n", "first", "first\nsecond\nthird" },
		{ "first\r\nsecond", "first", "first\r\nsecond" },
		{ "\nfirst\n\nthird", "first", "first\n\nthird" },
		{ "", NULL, NULL },
		{ "\n", NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ReportCase) test_case = report_case_new("kb", "forward", "0001", nowhere);
		report_case_set(test_case, REPORT_FAILED, "%s", cases[i].text);
		assert_int_equal(test_case->status, REPORT_FAILED);
		assert_text(test_case->message, cases[i].message);
		assert_text(test_case->details, cases[i].details);
	}
}

static void
setting_again_replaces_everything(void **state)
{
	(void)state;
	g_autoptr(ReportCase) test_case = report_case_new(NULL, "query", "x", nowhere);

	assert_int_equal(test_case->status, REPORT_PASSED);
	report_case_set(test_case, REPORT_FAILED, "is %d\nnot %d", 1, 2);
	/* The old texts may be what the new ones are made of. */
	report_case_set(test_case, REPORT_ERRORED, "again: %s", test_case->message);
	assert_int_equal(test_case->status, REPORT_ERRORED);
	assert_string_equal(test_case->message, "again: is 1");
	assert_null(test_case->details);
}

static void
the_story_has_place_message_and_details_once(void **state)
{
	(void)state;
	static const struct {
		SourcePosition position;
		const char *message;
		const char *details;
		const char *story;
	} cases[] = {
		{ { "a.sql", 3, 5 }, "m", NULL, "a.sql:3:5: m" },
		{ { "a.sql", 3, 0 }, "m", "m\nmore", "a.sql:3: m\nmore" },
		{ { "./b/../a.sql", 3, 0 }, "m", "m\r\nmore", "a.sql:3: m\nmore" },
		{ { "a.sql", 0, 0 }, "m", "other", "a.sql: m\nother" },
		{ { NULL, 0, 0 }, "m", "much", "m\nmuch" },
		{ { NULL, 0, 0 }, "m", "m", "m" },
		{ { NULL, 0, 0 }, NULL, NULL, "failed" },
		{ { NULL, 0, 0 }, NULL, "d", "failed\nd" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ReportCase) test_case = report_case_new(NULL, "query", "x", cases[i].position);
		test_case->status = REPORT_FAILED;
		test_case->message = g_strdup(cases[i].message);
		test_case->details = g_strdup(cases[i].details);
		g_autofree char *story = report_case_story(test_case);
		assert_string_equal(story, cases[i].story);
	}
}

static void
counts_add_up_over_suites(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	static const ReportStatus first[] = { REPORT_PASSED, REPORT_FAILED, REPORT_PASSED, REPORT_SKIPPED };
	static const ReportStatus second[] = { REPORT_ERRORED, REPORT_FAILED, REPORT_PASSED };
	ReportSuite *a = report_run_add_suite(run, "a", NULL, NULL);
	ReportSuite *b = report_run_add_suite(run, "b", "B", "b.yaml");

	for (size_t i = 0; i < G_N_ELEMENTS(first); i++) {
		ReportCase *test_case = report_case_new(NULL, "s", "n", nowhere);
		test_case->status = first[i];
		report_suite_add_case(a, test_case);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(second); i++) {
		ReportCase *test_case = report_case_new(NULL, "s", "n", nowhere);
		test_case->status = second[i];
		report_suite_add_case(b, test_case);
	}
	ReportCounts one = report_suite_count(a);
	ReportCounts all = report_run_count(run);
	assert_int_equal(one.passed, 2);
	assert_int_equal(one.failed, 1);
	assert_int_equal(one.errored, 0);
	assert_int_equal(one.skipped, 1);
	assert_int_equal(all.passed, 3);
	assert_int_equal(all.failed, 2);
	assert_int_equal(all.errored, 1);
	assert_int_equal(all.skipped, 1);
}

static void
the_classname_has_dots_between_its_parts_only(void **state)
{
	(void)state;
	static const struct {
		const char *suite;
		const char *database;
		const char *stage;
		const char *classname;
	} cases[] = {
		{ "capsule", "auth", "round trip", "capsule.auth.round trip" },
		{ "capsule.v1", "a.b", "x.y.z", "capsule_v1.a_b.x_y_z" },
		{ "capsule", NULL, "isolation", "capsule.isolation" },
		{ "", "", "isolation", "isolation" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ReportRun) run = report_run_new();
		ReportSuite *suite = report_run_add_suite(run, cases[i].suite, NULL, NULL);
		g_autoptr(ReportCase) test_case = report_case_new(cases[i].database, cases[i].stage, "n", nowhere);
		g_autofree char *classname = report_case_classname(suite, test_case);
		assert_string_equal(classname, cases[i].classname);
	}
}

static void
paths_below_the_current_folder_are_relative(void **state)
{
	(void)state;
	g_autofree char *here = g_get_current_dir();
	g_autofree char *inside = g_build_filename(here, "migrations", "a.sql", NULL);
	g_autofree char *beside = g_strconcat(here, "-other/a.sql", NULL);
	const struct {
		const char *path;
		const char *shown;
	} cases[] = {
		{ "a.sql", "a.sql" },
		{ "suites/../migrations/./a.sql", "migrations/a.sql" },
		{ inside, "migrations/a.sql" },
		{ beside, beside },
		{ "../elsewhere/a.sql", "../elsewhere/a.sql" },
		{ "/nonexistent/a.sql", "/nonexistent/a.sql" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *shown = report_path_relative(cases[i].path);
		assert_string_equal(shown, cases[i].shown);
	}
}

static void
freeing_nothing_is_allowed(void **state)
{
	(void)state;
	report_case_free(NULL);
	report_run_free(NULL);
	assert_string_equal(report_status_name(REPORT_ERRORED), "error");
}

static void
a_run_and_its_suites_start_when_they_are_made(void **state)
{
	(void)state;
	gint64 before = g_get_real_time();
	g_autoptr(ReportRun) run = report_run_new();
	const ReportSuite *suite = report_run_add_suite(run, "a", NULL, NULL);
	gint64 after = g_get_real_time();

	assert_true(run->started >= before && run->started <= after);
	assert_true(suite->started >= run->started && suite->started <= after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_message_is_the_first_line),
		cmocka_unit_test(setting_again_replaces_everything),
		cmocka_unit_test(the_story_has_place_message_and_details_once),
		cmocka_unit_test(counts_add_up_over_suites),
		cmocka_unit_test(the_classname_has_dots_between_its_parts_only),
		cmocka_unit_test(paths_below_the_current_folder_are_relative),
		cmocka_unit_test(freeing_nothing_is_allowed),
		cmocka_unit_test(a_run_and_its_suites_start_when_they_are_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
