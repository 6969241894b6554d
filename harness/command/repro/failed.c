#include "command/repro/failed.h"

#include "command/repro/again.h"
#include "run/reproduce.h"

#include <string.h>

static bool
failed_has_state(const ReportCase *test_case)
{
	return report_case_is_bad(test_case) && test_case->database != NULL && strcmp(test_case->stage, "run") != 0 &&
	       strcmp(test_case->stage, "layout") != 0;
}

static bool
failed_is_first(const GPtrArray *cases, guint index)
{
	const ReportCase *test_case = g_ptr_array_index(cases, index);

	for (guint i = 0; i < index; i++) {
		const ReportCase *before = g_ptr_array_index(cases, i);
		if (failed_has_state(before) && strcmp(before->stage, test_case->stage) == 0 &&
		    strcmp(before->database, test_case->database) == 0)
			return false;
	}
	return failed_has_state(test_case);
}

/* The server keeps running if a database on it is kept. */
static void
failed_keep(const CommandReproAgain *again, const char *pattern, GPtrArray *messages)
{
	if (again->database == NULL || again->test_case == NULL || !report_case_is_bad(again->test_case)) {
		g_ptr_array_add(messages, g_strdup_printf("not kept: %s does not fail when it is run again", pattern));
		return;
	}
	g_autofree char *command = scratch_database_keep(again->database);
	g_ptr_array_add(messages, g_strdup_printf("kept, as it was when %s failed: %s", pattern, command));
}

static const Suite *
failed_find_suite(const RunPlan *plan, const ReportSuite *report)
{
	for (guint i = 0; i < plan->suites->len; i++) {
		const Suite *suite = g_ptr_array_index(plan->suites, i);
		if (strcmp(suite->name, report->name) == 0)
			return suite;
	}
	return NULL;
}

static bool
failed_try(const RunPlan *plan, const RunOptions *options, const ReportCase *test_case, GPtrArray *messages,
           GError **error)
{
	g_auto(CommandReproAgain) again = { 0 };
	g_autofree char *pattern = run_reproduce_pattern(test_case);

	if (!command_repro_again(plan, options, pattern, &again, error))
		return false;
	failed_keep(&again, pattern, messages);
	return true;
}

bool
command_repro_keep_failed(const RunPlan *plan, const RunOptions *options, RunResult *result, GError **error)
{
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < result->report->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(result->report->suites, i);
		RunOptions wanted = *options;
		wanted.suite = failed_find_suite(plan, suite);
		for (guint j = 0; j < suite->cases->len; j++)
			if (failed_is_first(suite->cases, j) &&
			    !failed_try(plan, &wanted, g_ptr_array_index(suite->cases, j), messages, error))
				return false;
	}
	for (guint i = messages->len; i > 0; i--)
		g_ptr_array_insert(result->messages, 0, g_steal_pointer(&messages->pdata[i - 1]));
	return true;
}
