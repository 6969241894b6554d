/* data: no row of the target prevents pending migrations from working. */
#include "checklist/item/kind.h"
#include "checklist/item/select.h"
#include "checklist/target/hidden.h"
#include "checklist/target/history.h"

#include "base/error.h"
#include "run/job/selection.h"

#include <string.h>

static bool
data_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	(void)loading;
	return migration_history_is_known(item->job->set) ||
	       suite_node_error(item->item->value, error, "take the item out",
	                        "it is not known how to read the history of %s, and so not what is pending",
	                        migration_set_format_name(item->job->set));
}

/* --- Learning ------------------------------------------------------------------------------ */

static RunSelection *
data_select(const ChecklistItem *item, const ChecklistHistory *history, GError **error)
{
	g_autoptr(GPtrArray) only = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < history->pending->len; i++)
		g_ptr_array_add(only,
		                g_strdup_printf("%s/rows/%s", item->job->database->name,
		                                ((const Migration *)g_ptr_array_index(history->pending, i))->name));
	g_ptr_array_add(only, NULL);
	return run_selection_new(NULL, (const char *const *)only->pdata, NULL, error);
}

/* Runs the pending migrations on hostile rows. A row that a migration fails on shows a precondition; a row that the
 * migration repairs itself does not. */
static bool
data_learn(const ChecklistItem *item, const ChecklistContext *context, const ChecklistHistory *history, RunResult *run,
           GError **error)
{
	static const char *const again[] = { "pgassay", "run", NULL };
	g_autoptr(RunSelection) selection = data_select(item, history, error);
	RunOptions options = context->run;

	options.selection = selection;
	options.command = again;
	options.names_suites = true;
	if (selection == NULL || !run_all(context->checklist->plan, &options, run, error))
		return false;
	return (!run->interrupted && !run->lost) ||
	       base_error_set(error, run->lost ? BASE_ERROR_ENVIRONMENT : BASE_ERROR_INTERRUPTED, NULL,
	                      "the run was cut short");
}

/* --- Asking ---------------------------------------------------------------------------------- */

typedef struct {
	guint n_rows; /* that break it; of all of them */
	guint n_asked;
	guint n_unknown;
	guint n_untried; /* migrations whose preconditions are not known */
	bool many;       /* there are more */
	bool refused;    /* one of them, at least, makes a statement fail */
} Counted;

static void
data_set_rehearsal_hint(ChecklistResult *result)
{
	if (result->hint == NULL)
		checklist_set_hint(result, "a backup that is rehearsed shows it");
}

/* One condition on rows. */
typedef struct {
	const char *meaning;
	const char *query;
	bool refuses; /* as in RowsPrecondition */
	bool unsure;
} Condition;

/* The server has no answer. */
static void
data_take_refusal(const Condition *condition, const char *refused, ChecklistRefusal why,
                  const ChecklistContext *context, ChecklistResult *result, Counted *counted)
{
	if (condition->refuses && why == CHECKLIST_REFUSAL_ROW && !condition->unsure) {
		counted->n_rows++;
		counted->many = true;
		counted->refused = true;
		checklist_add_fact(result, condition->meaning, "refused", "0");
		checklist_add_details(result, "not so: %s (%s)\n  %s", condition->meaning, refused, condition->query);
		return;
	}
	counted->n_unknown++;
	checklist_add_details(result, "not known whether %s: %s", condition->meaning, refused);
	g_autofree char *grant = checklist_select_grant(refused, context->surroundings->role);
	if (why == CHECKLIST_REFUSAL_TIME) {
		checklist_set_hint(result, "give the query more time: --statement-timeout, --lock-timeout");
		return;
	}
	checklist_set_hint(result, why == CHECKLIST_REFUSAL_RIGHT
	                               ? grant
	                               : "it is about what an earlier one of them makes: a backup that is "
	                                 "rehearsed shows it");
}

static bool
data_ask_one(const Condition *condition, const ChecklistContext *context, DbSession *session, ChecklistResult *result,
             Counted *counted, GError **error)
{
	const char *meaning = condition->meaning;
	const char *query = condition->query;
	g_autoptr(DbResult) rows = NULL;
	g_autofree char *refused = NULL;
	ChecklistRefusal why = CHECKLIST_REFUSAL_OTHER;

	if (!checklist_select(session, query, &rows, &refused, &why, error))
		return false;
	counted->n_asked++;
	if (refused != NULL) {
		data_take_refusal(condition, refused, why, context, result, counted);
		return true;
	}
	int n = db_result_rows(rows);
	g_autofree char *number = g_strdup_printf("%s%d", n >= CHECKLIST_SELECT_MAX ? "at least " : "", n);
	checklist_add_fact(result, meaning, number, "0");
	if (n == 0)
		return true;
	if (condition->unsure) {
		counted->n_unknown++;
		checklist_add_details(
		    result,
		    "not known whether %s: not as the rows are now (%s row%s), which a statement before "
		    "it, a trigger or the order of the rows may change\n  %s",
		    meaning, number, n == 1 ? "" : "s", query);
		data_set_rehearsal_hint(result);
		return true;
	}
	counted->n_rows += (guint)n;
	counted->many = counted->many || n >= CHECKLIST_SELECT_MAX;
	checklist_add_details(result, "not so: %s (%s row%s)\n  %s", meaning, number, n == 1 ? "" : "s", query);
	return true;
}

static void
data_judge(const ChecklistItem *item, const Counted *counted, const char *pending, guint n_pending,
           ChecklistResult *result)
{
	gint64 limit = 0;

	suite_node_is_int(item->item->value, &limit);
	if (counted->n_rows > limit || counted->refused) {
		checklist_set(result, CHECKLIST_OPEN, "%s%u row%s not fit %s (limit %" G_GINT64_FORMAT ")",
		              counted->many ? "at least " : "", counted->n_rows,
		              counted->n_rows == 1 ? " of the target does" : "s of the target do", pending, limit);
		checklist_set_hint(result, "mend the rows first, or let the migration do it before it asks for them");
	} else if (counted->n_unknown > 0) {
		checklist_set(result, CHECKLIST_UNKNOWN, "%u of %u conditions could not be asked", counted->n_unknown,
		              counted->n_asked);
	} else if (counted->n_untried > 0) {
		checklist_set(result, CHECKLIST_UNKNOWN, "it is not known what %u of %u pending migrations ask of rows",
		              counted->n_untried, n_pending);
	} else {
		g_autofree char *asked = counted->n_asked > 0
		                             ? g_strdup_printf("%u condition%s on rows, none broken", counted->n_asked,
		                                               counted->n_asked == 1 ? "" : "s")
		                             : g_strdup("no condition on rows is known");
		checklist_set(result, CHECKLIST_TICKED, "%s: %s", pending, asked);
	}
}

/* A precondition without a query for the rows that violate it has to be judged by a person. */
static void
data_leave_open(const char *meaning, const char *query, ChecklistResult *result, Counted *counted)
{
	counted->n_asked++;
	counted->n_unknown++;
	checklist_add_details(result, "not known whether %s%s%s", meaning, query != NULL ? "; look at\n  " : "",
	                      query != NULL ? query : "");
	data_set_rehearsal_hint(result);
}

static bool
data_ask_case(const ReportCase *test_case, const ChecklistContext *context, DbSession *session, ChecklistResult *result,
              Counted *counted, GError **error)
{
	for (guint i = 0; test_case->preconditions != NULL && i < test_case->preconditions->len; i++) {
		const ReportPrecondition *precondition = g_ptr_array_index(test_case->preconditions, i);
		if (precondition->query == NULL || !precondition->empty)
			data_leave_open(precondition->meaning, precondition->query, result, counted);
		else {
			const Condition condition = { .meaning = precondition->meaning, .query = precondition->query };
			if (!data_ask_one(&condition, context, session, result, counted, error))
				return false;
		}
	}
	return true;
}

static const ReportCase *
data_find_case(const ReportSuite *suite, const Migration *migration)
{
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (strcmp(test_case->stage, "rows") == 0 && strcmp(test_case->name, migration->name) == 0)
			return test_case;
	}
	return NULL;
}

/* One that no made up rows get through, or that was not tried on any, may ask for anything. */
static void
data_check_tried(const ChecklistHistory *history, const ReportSuite *suite, ChecklistResult *result, Counted *counted)
{
	for (guint i = 0; i < history->pending->len; i++) {
		const Migration *migration = g_ptr_array_index(history->pending, i);
		const ReportCase *test_case = data_find_case(suite, migration);
		if (test_case != NULL && test_case->status == REPORT_PASSED)
			continue;
		counted->n_untried++;
		if (test_case == NULL)
			checklist_add_details(result, "%s was not tried on rows", migration->name);
		else
			checklist_add_details(result, "%s: %s", migration->name, test_case->message);
		data_set_rehearsal_hint(result);
	}
}

static bool
data_ask_hidden(const GPtrArray *hidden, const ChecklistContext *context, DbSession *session, ChecklistResult *result,
                Counted *counted, GError **error)
{
	for (guint i = 0; i < hidden->len; i++) {
		const RowsPrecondition *precondition = g_ptr_array_index(hidden, i);
		if (precondition->query == NULL)
			data_leave_open(precondition->meaning, NULL, result, counted);
		else {
			const Condition condition = { precondition->meaning, precondition->query, precondition->refuses,
				                      precondition->unsure };
			if (!data_ask_one(&condition, context, session, result, counted, error))
				return false;
		}
	}
	return true;
}

static bool
data_ask_all(const ChecklistItem *item, const ChecklistContext *context, const ReportRun *report,
             const GPtrArray *hidden, const ChecklistHistory *history, ChecklistResult *result, GError **error)
{
	const ReportSuite *suite = g_ptr_array_index(report->suites, 0);
	g_autoptr(DbSession) session = checklist_open(context, error);
	g_autofree char *pending = checklist_history_list_pending(history);
	Counted counted = { 0 };

	if (session == NULL)
		return false;
	for (guint i = 0; i < suite->cases->len; i++)
		if (!data_ask_case(g_ptr_array_index(suite->cases, i), context, session, result, &counted, error))
			return false;
	if (!data_ask_hidden(hidden, context, session, result, &counted, error))
		return false;
	data_check_tried(history, suite, result, &counted);
	data_judge(item, &counted, pending, history->pending->len, result);
	return true;
}

/* The target's own transaction is not kept open while a scratch database is built. */
static bool
data_read_history(const ChecklistItem *item, const ChecklistContext *context, ChecklistHistory *history, GError **error)
{
	g_autoptr(DbSession) session = checklist_open(context, error);

	return session != NULL && checklist_history_read(item->job, session, history, error);
}

static bool
data_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	g_auto(ChecklistHistory) history = { 0 };
	g_auto(RunResult) run = { 0 };

	if (!data_read_history(item, context, &history, error))
		return false;
	if (history.unknown != NULL || (history.pending->len == 0 && history.n_problems == 0)) {
		checklist_set(result, history.unknown != NULL ? CHECKLIST_UNKNOWN : CHECKLIST_TICKED, "%s",
		              history.unknown != NULL ? history.unknown : "nothing is pending");
		g_autofree char *grant = g_strdup_printf("GRANT SELECT ON %s TO %s", item->job->history,
		                                         context->surroundings->role);
		if (history.unknown != NULL)
			checklist_set_hint(result, grant);
		return true;
	}
	if (item->job->database->rows == 0) {
		checklist_set(result, CHECKLIST_UNKNOWN, "the suite wants no rows, so that nothing is tried on them");
		return true;
	}
	if (!data_learn(item, context, &history, &run, error))
		return false;
	g_autoptr(GPtrArray) hidden = checklist_hidden_learn(item->job, context, &history, error);
	return hidden != NULL && data_ask_all(item, context, run.report, hidden, &history, result, error);
}

const ChecklistKind checklist_data = {
	.name = "data",
	.target = true,
	.database = true,
	.servers = true,
	.load = data_load,
	.ask = data_ask,
};
