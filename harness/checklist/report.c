#include "checklist/checklist.h"

#include "checklist/during.h"
#include "checklist/item/kind.h"
#include "report/cause.h"
#include "report/secrets.h"
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

static ReportItem *
report_make_item(const ChecklistItem *item)
{
	static const ReportItemState states[] = {
		[CHECKLIST_TICKED] = REPORT_ITEM_TICKED,
		[CHECKLIST_OPEN] = REPORT_ITEM_OPEN,
		[CHECKLIST_UNKNOWN] = REPORT_ITEM_UNKNOWN,
		[CHECKLIST_WAITS] = REPORT_ITEM_WAITS,
	};
	const ChecklistResult *result = &item->result;
	ReportItem *made = report_item_new(states[result->state], item->item->kind);

	made->required = item->item->required;
	made->details = g_strdup(result->details);
	made->shows = g_strdup(result->reproduce);
	for (guint i = 0; result->facts != NULL && i < result->facts->len; i++) {
		const ReportFact *fact = g_ptr_array_index(result->facts, i);
		report_item_add_fact(made, fact->what, fact->found, fact->limit);
	}
	return made;
}

/* Adds the facts of a case that is not ticked. */
static void
report_add_facts(const Checklist *checklist, const ChecklistItem *item, ReportCase *test_case)
{
	const char *const command[] = { "pgassay",
		                        "checklist",
		                        checklist->suite->path,
		                        "--phase",
		                        suite_phase_name(checklist->phase),
		                        item->kind->target ? "--target" : NULL,
		                        "URL",
		                        NULL };

	test_case->kind = REPORT_KIND_DEPLOY;
	test_case->expected = g_strdup_printf("A release waits for this: %s.", item->item->name);
	test_case->reproduce = g_strdupv((GStrv)command);
	report_case_add_excerpt(test_case, test_case->position, 1, "open");
}

static ReportCase *
report_make_case(const Checklist *checklist, const ChecklistItem *item)
{
	const SuiteItem *declared = item->item;
	ReportCase *test_case = report_case_new(declared->database != NULL ? declared->database->name : NULL,
	                                        suite_phase_name(checklist->phase), declared->name,
	                                        suite_node_position(declared->node));
	g_autofree char *details = report_write_details(&item->result);
	ReportStatus status = report_status(item);

	if (status == REPORT_PASSED)
		report_case_set(test_case, status, "%s", item->result.line);
	else
		report_case_set(test_case, status, "%s", details);
	test_case->duration = item->result.duration;
	test_case->item = report_make_item(item);
	if (report_case_is_bad(test_case))
		report_add_facts(checklist, item, test_case);
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
	for (guint i = 0; surroundings->events != NULL && i < surroundings->events->len; i++) {
		const ChecklistEvent *event = g_ptr_array_index(surroundings->events, i);
		g_autofree char *what = report_secrets_hide(event->what);
		g_ptr_array_add(report->watched, report_sighting_new(event->from, event->until, what));
	}
	report->started = run->started = surroundings->started;
	report->duration = run->duration = surroundings->duration;
	report_run_find_causes(run);
	return run;
}
