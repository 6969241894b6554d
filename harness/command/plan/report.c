/* The output of "pgassay plan" as a report: a case for each plan, and one for indexes. */
#include "command/plan/report.h"

#include "command/plan/show.h"
#include "plan/tree/picture.h"
#include "report/cause.h"

/* The command that shows it again, of one query, or of all (NULL). */
static GStrv
report_make_command(const CommandPlanWork *work, const char *query)
{
	g_autoptr(GStrvBuilder) command = g_strv_builder_new();

	g_strv_builder_add_many(command, "pgassay", "plan", work->job->suite->path, work->job->database->name, NULL);
	if (query != NULL)
		g_strv_builder_add_many(command, "--query", query, NULL);
	if (work->against_text != NULL)
		g_strv_builder_add_many(command, "--against", work->against_text, NULL);
	return g_strv_builder_end(command);
}

static ReportCase *
report_new_case(const CommandPlanWork *work, const char *name, const char *query, SourcePosition position)
{
	ReportCase *test_case = report_case_new(work->job->database->name, "plan", name, position);

	test_case->kind = REPORT_KIND_PLAN;
	test_case->reproduce = report_make_command(work, query);
	return test_case;
}

static void
report_add_plans(const CommandPlanWork *work, const CommandPlanRow *row, ReportCase *test_case)
{
	if (row->after.tree == NULL)
		return;
	if (row->before.tree == NULL) {
		plan_picture_add(test_case, "the plan", row->after.tree, row->printed->str);
		return;
	}
	g_autofree char *before = g_strdup_printf("at %s", work->label);
	plan_picture_add_both(test_case, before, row->before.tree, "the plan now", row->after.tree, row->printed->str);
}

static ReportCase *
plan_report_make_case(const CommandPlanWork *work, const CommandPlanRow *row)
{
	ReportCase *test_case = report_new_case(work, row->name, row->plan_case->plan->name,
	                                        suite_node_position(row->plan_case->plan->node));
	ReportStatus status = !row->worse ? REPORT_PASSED : row->after.tree == NULL ? REPORT_ERRORED : REPORT_FAILED;

	if (row->worse) {
		test_case->expected = g_strdup("The server can plan the query, and its cost is within the limit.");
		report_case_add_excerpt(test_case, test_case->position, 1, NULL);
	}
	if (row->worse && row->changed_by->len > 0)
		test_case->since = g_strdup(((const Migration *)g_ptr_array_index(row->changed_by, 0))->name);
	report_case_set(test_case, status, "%s\n%s",
	                row->after.tree == NULL ? "the server refuses the query"
	                : row->worse            ? "the query costs more than the limit allows"
	                                        : "how its tables are read, and what it costs",
	                row->printed->str);
	report_add_plans(work, row, test_case);
	return test_case;
}

ReportRun *
command_plan_report(const CommandPlanWork *work)
{
	const Suite *suite = work->job->suite;
	ReportRun *run = report_run_new();
	ReportSuite *report = report_run_add_suite(run, suite->name, suite->title, suite->path);

	run->reproduce = report_make_command(work, NULL);
	report_suite_add_property(report, "plans.size", work->job->size->source);
	if (work->label != NULL)
		report_suite_add_property(report, "plans.against", work->label);
	for (guint i = 0; i < work->rows->len; i++)
		report_suite_add_case(report, plan_report_make_case(work, g_ptr_array_index(work->rows, i)));
	if (work->printed->len > 0) {
		ReportCase *indexes = report_new_case(work, "indexes", NULL, (SourcePosition){ .path = suite->path });
		report_case_set(indexes, REPORT_PASSED, "indexes that are missing or not needed\n%s",
		                work->printed->str);
		report_suite_add_case(report, indexes);
	}
	report_run_find_causes(run);
	return run;
}
