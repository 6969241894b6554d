#include "run/reproduce.h"

#include "report/cause.h"

static GPtrArray *
reproduce_begin(const char *const *command)
{
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; command[i] != NULL; i++)
		g_ptr_array_add(arguments, g_strdup(command[i]));
	return arguments;
}

static void
reproduce_add_suite(GPtrArray *arguments, const ReportSuite *suite)
{
	if (suite->path != NULL)
		g_ptr_array_add(arguments, report_path_relative(suite->path));
}

static GStrv
reproduce_end(GPtrArray *arguments)
{
	g_ptr_array_add(arguments, NULL);
	GStrv vector = (GStrv)g_ptr_array_free(arguments, FALSE);
	return vector;
}

void
run_reproduce(const char *const *command, bool with_suite, const ReportSuite *suite, ReportCase *test_case)
{
	if (command == NULL || !report_case_is_bad(test_case))
		return;
	GPtrArray *arguments = reproduce_begin(command);
	if (with_suite)
		reproduce_add_suite(arguments, suite);
	/* A stage that was aborted, and what is about no database, are no names that --only takes. */
	if (test_case->database != NULL && g_strcmp0(test_case->stage, "run") != 0) {
		g_ptr_array_add(arguments, g_strdup("--only"));
		g_ptr_array_add(arguments,
		                g_strdup_printf("%s/%s/%s", test_case->database, test_case->stage, test_case->name));
	}
	g_strfreev(test_case->reproduce);
	test_case->reproduce = reproduce_end(arguments);
}

void
run_describe(const RunPlan *plan, const char *const *command, bool with_suites, ReportRun *report)
{
	for (guint i = 0; i < plan->jobs->len && report->base == NULL; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		report->base = g_strdup(job->base != NULL ? job->base->label : NULL);
	}
	report_run_find_causes(report);
	if (command == NULL)
		return;
	GPtrArray *arguments = reproduce_begin(command);
	for (guint i = 0; with_suites && i < report->suites->len; i++)
		reproduce_add_suite(arguments, g_ptr_array_index(report->suites, i));
	report->reproduce = reproduce_end(arguments);
}
