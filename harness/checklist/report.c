#include "checklist/checklist.h"

#include "suite/checklist.h"

static ReportStatus
report_status(const ChecklistItem *item)
{
	if (item->result.state == CHECKLIST_TICKED)
		return REPORT_PASSED;
	if (!item->item->required)
		return REPORT_SKIPPED;
	return item->result.state == CHECKLIST_UNKNOWN ? REPORT_ERRORED : REPORT_FAILED;
}

static char *
report_write_details(const ChecklistResult *result)
{
	GString *text = g_string_new(result->line);

	if (result->details != NULL)
		g_string_append_printf(text, "\n%s", result->details);
	if (result->reproduce != NULL)
		g_string_append_printf(text, "\n%s", result->reproduce);
	if (result->hint != NULL)
		g_string_append_printf(text, "\nhint: %s", result->hint);
	return g_string_free(text, FALSE);
}

static ReportCase *
report_make_case(const Checklist *checklist, const ChecklistItem *item)
{
	const SuiteItem *said = item->item;
	ReportCase *test_case = report_case_new(said->database != NULL ? said->database->name : NULL,
	                                        suite_phase_name(checklist->phase), said->name,
	                                        suite_node_position(said->node));
	g_autofree char *details = report_write_details(&item->result);
	ReportStatus status = report_status(item);

	if (status == REPORT_PASSED)
		report_case_set(test_case, status, "%s", item->result.line);
	else
		report_case_set(test_case, status, "%s", details);
	test_case->duration = item->result.duration;
	return test_case;
}

static void
report_add_surroundings(ReportSuite *suite, const ChecklistSurroundings *surroundings)
{
	if (surroundings->target != NULL)
		report_suite_add_property(suite, "target", surroundings->target);
	if (surroundings->version != NULL)
		report_suite_add_property(suite, "target.version", surroundings->version);
	if (surroundings->identity.system != NULL)
		report_suite_add_property(suite, "target.system", surroundings->identity.system);
	if (surroundings->commit != NULL)
		report_suite_add_property(suite, "commit", surroundings->commit);
}

ReportRun *
checklist_report(const Checklist *checklist, const ChecklistSurroundings *surroundings)
{
	ReportRun *run = report_run_new();
	const Suite *suite = checklist->suite;
	ReportSuite *report = report_run_add_suite(run, suite->name, suite->title, suite->path);

	report_add_surroundings(report, surroundings);
	for (guint i = 0; i < checklist->items->len; i++)
		report_suite_add_case(report, report_make_case(checklist, g_ptr_array_index(checklist->items, i)));
	report->started = run->started = surroundings->started;
	report->duration = run->duration = surroundings->duration;
	return run;
}
