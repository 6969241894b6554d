#include "run/reproduce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const plain[] = { "pgassay", "run", NULL };
static const char *const check[] = { "pgassay", "check", "--base", "abc", NULL };

/* The command of a failed case, as a shell takes it. */
static char *
command_of(const char *const *command, bool with_suite, ReportSuite *suite, const char *database, const char *stage,
           const char *name)
{
	ReportCase *test_case = report_case_new(database, stage, name, (SourcePosition){ 0 });

	report_case_set(test_case, REPORT_FAILED, "m");
	report_suite_add_case(suite, test_case);
	run_reproduce(command, with_suite, suite, test_case);
	return report_case_command(test_case);
}

static void
the_command_names_suite_and_case(void **state)
{
	static const struct {
		const char *path;
		const char *database;
		const char *stage;
		const char *name;
		const char *expected;
	} rows[] = {
		{ "suites/kb.yaml", "kb", "round trip", "2_more.sql",
		  "pgassay run suites/kb.yaml --only 'kb/round trip/2_more.sql'" },
		{ "a b/it's.yaml", "kb", "query", "it's",
		  "pgassay run 'a b/it'\\''s.yaml' --only 'kb/query/it'\\''s'" },
		/* Only the last part may hold a slash. */
		{ "s.yaml", "a/b", "expect", "c/d", "pgassay run s.yaml --only 'a?b/expect/c/d'" },
		/* Names that cannot be typed. */
		{ "s.yaml", "d", "query", "a\nb\033[2J\xff", "pgassay run s.yaml --only 'd/query/a?b?[2J?'" },
		/* Names that --only does not accept. */
		{ "s.yaml", NULL, "isolation", "a and b", "pgassay run s.yaml" },
		{ "s.yaml", "d", "run", "the server", "pgassay run s.yaml" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(ReportRun) run = report_run_new();
		ReportSuite *suite = report_run_add_suite(run, "s", NULL, rows[i].path);
		g_autofree char *command = command_of(plain, true, suite, rows[i].database, rows[i].stage,
		                                      rows[i].name);
		assert_string_equal(command, rows[i].expected);
	}
}

static void
the_seed_is_repeated(void **state)
{
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "s", NULL, "s.yaml");

	(void)state;
	report_suite_add_property(suite, "other.crash.seed", "1");
	report_suite_add_property(suite, "d.crash.seed", "7919");
	g_autofree char *crash = command_of(plain, true, suite, "d", "crash", "1");
	g_autofree char *rows = command_of(check, false, suite, "d", "rows", "1");
	assert_string_equal(crash, "env PGASSAY_SEED=7919 pgassay run s.yaml --only d/crash/1");
	assert_string_equal(rows, "pgassay check --base abc --only d/rows/1");
}

static void
passed_cases_have_no_command(void **state)
{
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "s", NULL, "s.yaml");
	ReportCase *test_case = report_case_new("d", "rows", "1", (SourcePosition){ 0 });

	(void)state;
	report_suite_add_case(suite, test_case);
	run_reproduce(plain, true, suite, test_case);
	assert_null(test_case->reproduce);
	assert_null(command_of(NULL, true, suite, "d", "rows", "1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_names_suite_and_case),
		cmocka_unit_test(the_seed_is_repeated),
		cmocka_unit_test(passed_cases_have_no_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
