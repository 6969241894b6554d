#include "run/stage/unlisted.h"

#include "check/fixture/expect.h"
#include "check/fixture/problem.h"

static bool
unlisted_is_exact(const SuiteDocument *fixture)
{
	const SuiteNode *exact = suite_node_get(suite_document_root(fixture), "exact");
	bool value = false;

	/* A list names schemas: there are others. */
	return exact != NULL && suite_node_kind(exact) == SUITE_NODE_SCALAR && suite_node_is_bool(exact, &value) &&
	       value;
}

bool
run_unlisted_is_wanted(const RunStage *stage)
{
	const GPtrArray *fixtures = stage->job->fixtures;

	/* A schema in SQL is compared as a whole. */
	if (fixtures->len == 0 || stage->job->schema_files->len > 0 ||
	    !run_selection_has_stage(stage->selection, stage->job->database->name, "expect"))
		return false;
	for (guint i = 0; i < fixtures->len; i++)
		if (unlisted_is_exact(g_ptr_array_index(fixtures, i)))
			return false;
	return true;
}

static void
unlisted_drop_case(ReportCase *test_case, void *data)
{
	(void)data;
	report_case_free(test_case);
}

static void
unlisted_count(const CheckProblem *problem, void *data)
{
	*(guint *)data += problem->unlisted;
}

bool
run_unlisted_report(RunStage *stage, const CheckContext *database, GError **error)
{
	const GPtrArray *fixtures = stage->job->fixtures;
	CheckContext context = *database;
	guint n = 0;

	context.report = unlisted_drop_case;
	context.report_data = &n;
	context.on_problem = unlisted_count;
	context.find_unlisted = true;
	for (guint i = 0; i < fixtures->len; i++)
		if (!check_expect_run(&context, g_ptr_array_index(fixtures, i), error))
			return false;
	if (n == 0)
		return true;
	g_autofree char *path = report_path_relative(stage->job->suite->path);
	const char *const arguments[] = { "pgassay", "bless", "--add", path, NULL };
	g_autofree char *command = report_command_line(arguments);
	g_autofree char *text = g_strdup_printf("%u object%s in no fixture: %s", n, n == 1 ? " stands" : "s stand",
	                                        command);
	run_stage_property(stage, "warning", text);
	return true;
}
