/* cases: these cases of the suite pass. */
#include "checklist/item/kind.h"

#include "base/error.h"
#include "report/format/json.h"
#include "run/job/selection.h"
#include "run/stage/stage.h"
#include "suite/path.h"

#include <string.h>

typedef struct {
	GPtrArray *patterns; /* of const char *, NULL-terminated */
	RunSelection *selection;
	char *report; /* the path of a report in which they passed; NULL: they are run */
} Wanted;

static void
cases_free(gpointer loaded)
{
	Wanted *wanted = loaded;

	g_ptr_array_unref(wanted->patterns);
	run_selection_free(wanted->selection);
	g_free(wanted->report);
	g_free(wanted);
}

/* A pattern that cannot fit is found before anything is run; the place is that of the item. */
static bool
cases_check(const SuiteNode *node, const ChecklistLoading *loading, Wanted *wanted, GError **error)
{
	g_autoptr(GError) cause = NULL;

	wanted->selection = run_selection_new(NULL, (const char *const *)wanted->patterns->pdata, NULL, &cause);
	if (wanted->selection != NULL &&
	    run_selection_check(wanted->selection, loading->plan, run_stage_names(), &cause))
		return true;
	return suite_node_error(node, error, NULL, "%s", cause->message);
}

static bool
cases_add_patterns(const SuiteNode *node, Wanted *wanted, GError **error)
{
	if (suite_node_kind(node) == SUITE_NODE_LIST && suite_node_size(node) == 0)
		return suite_node_error(node, error, "name one", "there is no case");
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		g_ptr_array_add(wanted->patterns, (gpointer)suite_node_text(node));
	for (guint i = 0; suite_node_kind(node) == SUITE_NODE_LIST && i < suite_node_size(node); i++)
		g_ptr_array_add(wanted->patterns, (gpointer)suite_node_text(suite_node_item(node, i)));
	g_ptr_array_add(wanted->patterns, NULL);
	return true;
}

static bool
cases_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	const char *report = suite_node_kind(node) == SUITE_NODE_MAPPING ? suite_node_get_text(node, "report") : NULL;
	const SuiteNode *patterns = report != NULL ? suite_node_get(node, "pass") : node;
	Wanted *wanted = g_new0(Wanted, 1);

	wanted->patterns = g_ptr_array_new();
	item->loaded = wanted;
	wanted->report = report != NULL ? suite_path_resolve(loading->suite->directory, report) : NULL;
	return cases_add_patterns(patterns, wanted, error) && cases_check(patterns, loading, wanted, error);
}

/* --- Judging --------------------------------------------------------------------------------- */

static ReportCounts
cases_count(const Wanted *wanted, const ReportSuite *suite, ChecklistResult *result)
{
	ReportCounts counts = { 0 };

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		/* A report has cases that were not selected only if these failed; they do not count. */
		if (wanted->report != NULL && !run_selection_has(wanted->selection, test_case))
			continue;
		counts.passed += test_case->status == REPORT_PASSED;
		counts.failed += report_case_is_bad(test_case);
		if (report_case_is_bad(test_case))
			checklist_add_details(result, "%s %s: %s", test_case->stage, test_case->name,
			                      test_case->message);
	}
	return counts;
}

static void
cases_judge(const Wanted *wanted, const ReportRun *report, const ReportSuite *suite, ChecklistResult *result)
{
	ReportCounts counts = cases_count(wanted, suite, result);
	const char *unused = run_selection_find_unused(wanted->selection, report);
	g_autofree char *bad = g_strdup_printf("%u", counts.failed);
	g_autofree char *passed = g_strdup_printf("%u", counts.passed);

	checklist_add_fact(result, "cases that passed", passed, NULL);
	checklist_add_fact(result, "cases that did not", bad, "0");
	if (counts.failed > 0)
		checklist_set(result, CHECKLIST_OPEN, "%u of %u cases did not pass", counts.failed,
		              counts.passed + counts.failed);
	else if (unused != NULL || counts.passed == 0)
		checklist_set(result, CHECKLIST_OPEN, "no case that passed fits \"%s\"",
		              unused != NULL ? unused : (const char *)g_ptr_array_index(wanted->patterns, 0));
	else
		checklist_set(result, CHECKLIST_TICKED, "%u case%s passed", counts.passed,
		              counts.passed == 1 ? "" : "s");
}

/* --- Of a report ------------------------------------------------------------------------------- */

static const char *
cases_find_property(const ReportSuite *suite, const char *name)
{
	for (guint i = 0; i < suite->properties->len; i++) {
		const ReportProperty *property = g_ptr_array_index(suite->properties, i);
		if (strcmp(property->name, name) == 0)
			return property->value;
	}
	return NULL;
}

static const ReportSuite *
cases_find_suite(const ReportRun *report, const char *name)
{
	for (guint i = 0; i < report->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(report->suites, i);
		if (strcmp(suite->name, name) == 0)
			return suite;
	}
	return NULL;
}

/* The tested commit has to be the commit that is released. */
static bool
cases_is_of_this_commit(const ReportSuite *suite, const ChecklistSurroundings *surroundings, ChecklistResult *result)
{
	const char *tested = cases_find_property(suite, "commit");

	if (tested != NULL)
		checklist_add_fact(result, "commit of the report", tested, surroundings->commit);
	if (surroundings->commit == NULL || tested == NULL)
		checklist_set(result, CHECKLIST_UNKNOWN, "%s of which commit it is",
		              tested == NULL ? "the report does not say" : "there is no repository that says");
	else if (!g_str_has_prefix(tested, surroundings->commit))
		checklist_set(result, CHECKLIST_OPEN, "the report is of commit %.9s, and %.9s is checked out", tested,
		              surroundings->commit);
	else if (strcmp(tested, surroundings->commit) != 0)
		checklist_set(result, CHECKLIST_OPEN, "the report is of files that were not committed");
	else if (surroundings->changed)
		checklist_set(result, CHECKLIST_OPEN, "files were changed after commit %.9s, and are not committed",
		              tested);
	return result->state == CHECKLIST_TICKED;
}

static bool
cases_ask_report(const Wanted *wanted, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const char *name = context->checklist->suite->name;
	g_autofree char *hint = g_strdup_printf("pgassay run %s --report json=%s", context->checklist->suite->path,
	                                        wanted->report);

	checklist_set_hint(result, hint);
	g_autoptr(ReportRun) report = report_json_read(wanted->report, error);
	if (report == NULL)
		return false;
	const ReportSuite *suite = cases_find_suite(report, name);
	if (suite == NULL) {
		checklist_set(result, CHECKLIST_OPEN, "the report is of another suite than \"%s\"", name);
		return true;
	}
	if (!cases_is_of_this_commit(suite, context->surroundings, result))
		return true;
	cases_judge(wanted, report, suite, result);
	if (result->state == CHECKLIST_TICKED)
		g_clear_pointer(&result->hint, g_free);
	return true;
}

/* --- Of a run ------------------------------------------------------------------------------------ */

static bool
cases_run(const Wanted *wanted, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	static const char *const again[] = { "pgassay", "run", NULL };
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
	cases_judge(wanted, run.report, g_ptr_array_index(run.report->suites, 0), result);
	return true;
}

static bool
cases_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const Wanted *wanted = item->loaded;

	return wanted->report != NULL ? cases_ask_report(wanted, context, result, error)
	                              : cases_run(wanted, context, result, error);
}

const ChecklistKind checklist_cases = {
	.name = "cases",
	.servers = true,
	.load = cases_load,
	.free = cases_free,
	.ask = cases_ask,
};
