#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "program/compare.h"

static const struct {
	const char *name;
	const char *first; /* tests and their results: "a+ b- c?" for passed, failed, skipped */
	const char *second;
	guint n;
	const char *expected; /* name, first | second */
} rows[] = {
	{ "equal", "a+ b- c?", "c? b- a+", 3, "" },
	{ "nothing ran", "", "", 0, "" },
	{ "one has changed", "a+ b+", "a+ b-", 2, "b: passed | failed" },
	{ "one is skipped", "a+", "a?", 1, "a: passed | skipped" },
	{ "one is missing", "a+ b+", "a+", 2, "b: passed | not run" },
	{ "one is new", "a+", "a+ b-", 2, "b: not run | failed" },
	{ "two of one name", "a+ a-", "a+ a-", 2, "" },
	{ "two of one name, one has changed", "a+ a-", "a+ a+", 2, "a: failed | passed" },
	{ "of one name, one more", "a+", "a+ a-", 2, "a: not run | failed" },
	{ "all are other ones", "a+ b+", "c- d-", 4,
	  "a: passed | not run, b: passed | not run, c: not run | failed, d: not run | failed" },
};

static GPtrArray *
read_results(const char *text)
{
	GPtrArray *outcomes = program_outcomes_new();
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	for (char **word = words; *word != NULL; word++) {
		if (**word == '\0')
			continue;
		const char name[] = { **word, '\0' };
		ProgramStatus status = (*word)[1] == '+'   ? PROGRAM_PASSED
		                       : (*word)[1] == '-' ? PROGRAM_FAILED
		                                           : PROGRAM_SKIPPED;
		program_outcomes_add(outcomes, name, status, NULL);
	}
	return outcomes;
}

static void
finds_differences(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) first = read_results(rows[i].first);
		g_autoptr(GPtrArray) second = read_results(rows[i].second);
		guint n = 99;
		g_autoptr(GPtrArray) differences = program_outcomes_compare(first, second, &n);
		g_autoptr(GString) found = g_string_new(NULL);
		for (guint k = 0; k < differences->len; k++) {
			const ProgramDifference *difference = g_ptr_array_index(differences, k);
			g_autofree char *was = program_outcome_describe(difference->first);
			g_autofree char *is = program_outcome_describe(difference->second);
			g_string_append_printf(
			    found, "%s%s: %s | %s", k > 0 ? ", " : "",
			    difference->first != NULL ? difference->first->name : difference->second->name, was, is);
		}
		if (n != rows[i].n)
			fail_msg("%s: %u tests", rows[i].name, n);
		assert_string_equal(found->str, rows[i].expected);
	}
}

static void
says_why(void **state)
{
	g_autoptr(GPtrArray) outcomes = program_outcomes_new();

	(void)state;
	const ProgramOutcome *failed = program_outcomes_add(outcomes, "a", PROGRAM_FAILED, "have 4, want 5");
	g_autofree char *message = program_outcome_describe(failed);
	assert_string_equal(message, "failed: have 4, want 5");
	ProgramOutcome *detailed = program_outcomes_add(outcomes, "b", PROGRAM_FAILED, NULL);
	detailed->details = g_strdup("have: 4\nwant: 5");
	g_autofree char *first_line = program_outcome_describe(detailed);
	assert_string_equal(first_line, "failed: have: 4");
	const ProgramOutcome *passed = program_outcomes_add(outcomes, "c", PROGRAM_PASSED, "quickly");
	g_autofree char *word = program_outcome_describe(passed);
	assert_string_equal(word, "passed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_differences),
		cmocka_unit_test(says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
