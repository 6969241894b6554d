/* drift: the target's schema is the result of its migrations. */
#include "checklist/item/kind.h"

#include "run/drift.h"

#include <string.h>

static bool
drift_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	(void)item;
	(void)loading;
	(void)error;
	return true;
}

/* The history has an item of its own. */
static bool
drift_is_about_schema(const ReportCase *test_case)
{
	return g_strcmp0(test_case->stage, "history") != 0;
}

/* Why the history could not be read; then the schema was compared with the end of all migrations. */
static const char *
drift_find_unknown(const ReportSuite *suite)
{
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (!drift_is_about_schema(test_case) && test_case->status == REPORT_SKIPPED &&
		    g_str_has_prefix(test_case->message, "not compared: "))
			return test_case->message + strlen("not compared: ");
	}
	return NULL;
}

static void
drift_judge(const ChecklistItem *item, const ReportRun *report, ChecklistResult *result)
{
	const ReportSuite *suite = g_ptr_array_index(report->suites, 0);
	gint64 limit = 0;
	guint n_objects = 0;
	guint n_differ = 0;

	suite_node_is_int(item->item->value, &limit);
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (!drift_is_about_schema(test_case))
			continue;
		n_objects++;
		if (!report_case_is_bad(test_case))
			continue;
		n_differ++;
		checklist_add_details(result, "%s", test_case->message);
	}
	g_autofree char *found = g_strdup_printf("%u", n_differ);
	g_autofree char *allowed = g_strdup_printf("%" G_GINT64_FORMAT, limit);
	checklist_add_fact(result, "differences", found, allowed);
	checklist_set(result, n_differ > limit ? CHECKLIST_OPEN : CHECKLIST_TICKED, "%u objects, %u difference%s",
	              n_objects, n_differ, n_differ == 1 ? "" : "s");
	const char *unknown = drift_find_unknown(suite);
	if (n_differ > limit && unknown != NULL) {
		checklist_set(result, CHECKLIST_UNKNOWN,
		              "differs from the end of all migrations, and what it has of them cannot be seen: %s",
		              unknown);
		checklist_set_hint(result, "GRANT SELECT on the history table to the role that asks");
	} else if (n_differ > limit) {
		checklist_set_hint(result, "\"pgassay drift\" shows all of it; what is wanted goes under \"drift\"");
	}
}

static bool
drift_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	g_autoptr(ReportRun) report = NULL;
	const RunDrift drift = { .job = item->job,
		                 .endpoint = context->options->endpoint,
		                 .reading = context->options->reading,
		                 .run = &context->run };
	if (!run_drift(&drift, &report, error))
		return false;
	drift_judge(item, report, result);
	return true;
}

const ChecklistKind checklist_drift = {
	.name = "drift",
	.target = true,
	.database = true,
	.servers = true,
	.load = drift_load,
	.ask = drift_ask,
};
