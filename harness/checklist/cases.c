/* cases: these cases of the suite pass. */
#include "checklist/item/kind.h"

#include "base/error.h"
#include "run/job/selection.h"
#include "run/stage/stage.h"

#include <string.h>

typedef struct {
	GPtrArray *patterns; /* of const char *, NULL-terminated */
	RunSelection *selection;
} Wanted;

static void
cases_free(gpointer loaded)
{
	Wanted *wanted = loaded;

	g_ptr_array_unref(wanted->patterns);
	run_selection_free(wanted->selection);
	g_free(wanted);
}

/* A pattern that cannot fit is found before anything is run; the place is that of the item. */
static bool
cases_check(const SuiteNode *node, const ChecklistLoading *loading, Wanted *wanted, GError **error)
{
	g_autoptr(GError) cause = NULL;

	wanted->selection = run_selection_new((const char *const *)wanted->patterns->pdata, NULL, &cause);
	if (wanted->selection != NULL &&
	    run_selection_check(wanted->selection, loading->plan, run_stage_names(), &cause))
		return true;
	const char *said = g_str_has_prefix(cause->message, "--only: ") ? cause->message + strlen("--only: ")
	                                                                : cause->message;
	return suite_node_error(node, error, NULL, "%s", said);
}

static bool
cases_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	Wanted *wanted = g_new0(Wanted, 1);

	wanted->patterns = g_ptr_array_new();
	item->loaded = wanted;
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		g_ptr_array_add(wanted->patterns, (gpointer)suite_node_text(node));
	for (guint i = 0; suite_node_kind(node) == SUITE_NODE_LIST && i < suite_node_size(node); i++)
		g_ptr_array_add(wanted->patterns, (gpointer)suite_node_text(suite_node_item(node, i)));
	g_ptr_array_add(wanted->patterns, NULL);
	return cases_check(node, loading, wanted, error);
}

static void
cases_judge(const Wanted *wanted, const ReportRun *report, ChecklistResult *result)
{
	ReportCounts counts = report_run_count(report);
	const char *unused = run_selection_find_unused(wanted->selection, report);
	const ReportSuite *suite = g_ptr_array_index(report->suites, 0);
	g_autofree char *bad = g_strdup_printf("%u", counts.failed + counts.errored);
	g_autofree char *passed = g_strdup_printf("%u", counts.passed);

	checklist_add_fact(result, "cases that passed", passed, NULL);
	checklist_add_fact(result, "cases that did not", bad, "0");
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (report_case_is_bad(test_case))
			checklist_add_details(result, "%s %s: %s", test_case->stage, test_case->name,
			                      test_case->message);
	}
	if (counts.failed + counts.errored > 0)
		checklist_set(result, CHECKLIST_OPEN, "%u of %u cases did not pass", counts.failed + counts.errored,
		              counts.passed + counts.failed + counts.errored);
	else if (unused != NULL || counts.passed == 0)
		checklist_set(result, CHECKLIST_OPEN, "no case that passed fits \"%s\"",
		              unused != NULL ? unused : (const char *)g_ptr_array_index(wanted->patterns, 0));
	else
		checklist_set(result, CHECKLIST_TICKED, "%u case%s passed", counts.passed,
		              counts.passed == 1 ? "" : "s");
}

static bool
cases_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	static const char *const again[] = { "pgassay", "run", NULL };
	const Wanted *wanted = item->loaded;
	RunOptions options = context->run;
	g_auto(RunResult) run = { 0 };

	options.selection = wanted->selection;
	options.command = again;
	options.names_suites = true;
	if (!run_all(context->checklist->plan, &options, &run, error))
		return false;
	if (run.interrupted || run.lost)
		return base_error_set(error, run.lost ? BASE_ERROR_ENVIRONMENT : BASE_ERROR_INTERRUPTED, NULL,
		                      "the run was cut short");
	cases_judge(wanted, run.report, result);
	return true;
}

const ChecklistKind checklist_cases = {
	.name = "cases",
	.servers = true,
	.load = cases_load,
	.free = cases_free,
	.ask = cases_ask,
};
