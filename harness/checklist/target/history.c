/* history: the target's history and the files go together. */
#include "checklist/target/history.h"

#include "checklist/item/kind.h"
#include "db/sqlstate.h"
#include "target/ordinary.h"

#include <string.h>

void
checklist_history_clear(ChecklistHistory *history)
{
	migration_history_clear(&history->history);
	g_clear_pointer(&history->problems, g_ptr_array_unref);
	g_clear_pointer(&history->pending, g_ptr_array_unref);
	g_free(history->unknown);
	*history = (ChecklistHistory){ 0 };
}

/* --- Reading ---------------------------------------------------------------------------- */

/* Where there is no history table, all is pending. */
static void
history_compare(const RunJob *job, ChecklistHistory *history)
{
	history->pending = g_ptr_array_new();
	if (history->history.rows == NULL) {
		history->problems = g_ptr_array_new();
		for (guint i = 0; history->unknown == NULL && i < job->set->migrations->len; i++)
			g_ptr_array_add(history->pending, g_ptr_array_index(job->set->migrations, i));
		return;
	}
	history->problems = migration_history_compare(job->set, &history->history);
	for (guint i = 0; i < history->problems->len; i++) {
		const MigrationHistoryProblem *problem = g_ptr_array_index(history->problems, i);
		if (problem->kind == MIGRATION_HISTORY_PENDING && problem->migration != NULL)
			g_ptr_array_add(history->pending, (gpointer)problem->migration);
		else
			history->n_problems++;
	}
}

static bool
history_refused(DbSession *session, ChecklistHistory *history)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);

	if (diagnostic == NULL || g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_INSUFFICIENT_PRIVILEGE) != 0)
		return false;
	history->unknown = g_strdup(diagnostic->message);
	return true;
}

/* A table that could run code of the database when it is read is not read. */
static bool
history_read_ordinary(const RunJob *job, DbSession *session, ChecklistHistory *history, GError **error)
{
	const char *schema = job->set->history_schema != NULL ? job->set->history_schema : "public";
	bool exists = false;
	g_autofree char *odd = NULL;

	if (!target_ordinary_lock(session, schema, job->set->history_table, &exists, &odd, error))
		return false;
	if (odd != NULL)
		history->unknown = g_strdup_printf("%s, so that reading it could run code of the database", odd);
	/* After a table that is not there the transaction has failed. */
	return !exists || odd != NULL || migration_history_read(job->set, session, &history->history, error);
}

static bool
history_is_known(const RunJob *job, ChecklistHistory *history)
{
	if (migration_history_is_known(job->set))
		return true;
	history->unknown = g_strdup_printf("it is not known how to read the history of %s",
	                                   migration_set_format_name(job->set));
	return false;
}

bool
checklist_history_read(const RunJob *job, DbSession *session, ChecklistHistory *ret_history, GError **error)
{
	g_auto(ChecklistHistory) history = { 0 };
	g_autoptr(GError) cause = NULL;

	if (history_is_known(job, &history)) {
		if (!db_session_execute(session, "SAVEPOINT pgassay_history", error))
			return false;
		if (!history_read_ordinary(job, session, &history, &cause) && !history_refused(session, &history)) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
		if (!db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_history", error))
			return false;
	}
	history_compare(job, &history);
	*ret_history = history;
	history = (ChecklistHistory){ 0 };
	return true;
}

bool
checklist_history_read_ours(const RunJob *job, DbSession *session, ChecklistHistory *ret_history, GError **error)
{
	g_auto(ChecklistHistory) history = { 0 };

	if (history_is_known(job, &history) && !migration_history_read(job->set, session, &history.history, error))
		return false;
	history_compare(job, &history);
	*ret_history = history;
	history = (ChecklistHistory){ 0 };
	return true;
}

char *
checklist_history_list_pending(const ChecklistHistory *history)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < history->pending->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
		                       ((const Migration *)g_ptr_array_index(history->pending, i))->name);
	return g_string_free(text, FALSE);
}

void
checklist_history_list_problems(const ChecklistHistory *history, ChecklistResult *result)
{
	for (guint i = 0; i < history->problems->len; i++) {
		const MigrationHistoryProblem *problem = g_ptr_array_index(history->problems, i);
		if (problem->kind != MIGRATION_HISTORY_PENDING)
			checklist_add_details(result, "%s: \"%s\" %s", migration_history_problem_name(problem->kind),
			                      problem->name, problem->text);
	}
}

/* --- The item ------------------------------------------------------------------------------ */

static bool
history_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	(void)loading;
	return migration_history_is_known(item->job->set) ||
	       suite_node_error(item->item->value, error, "take the item out, or ask the tool by \"command\"",
	                        "it is not known how to read the history of %s",
	                        migration_set_format_name(item->job->set));
}

static void
history_judge(const ChecklistItem *item, const ChecklistHistory *history, ChecklistResult *result)
{
	bool complete = strcmp(suite_node_text(item->item->value), "complete") == 0;
	g_autofree char *pending = checklist_history_list_pending(history);
	g_autofree char *number = g_strdup_printf("%u", history->pending->len);
	g_autofree char *problems = g_strdup_printf("%u", history->n_problems);

	checklist_add_fact(result, "pending", number, complete ? "0" : NULL);
	checklist_add_fact(result, "failed, edited, out of order, without a file", problems, "0");
	if (history->n_problems > 0) {
		checklist_set(result, CHECKLIST_OPEN, "%u migration%s of the history and the files do not go together",
		              history->n_problems, history->n_problems == 1 ? "" : "s");
		checklist_history_list_problems(history, result);
		checklist_set_hint(result, "\"pgassay drift\" shows it migration by migration");
	} else if (complete && history->pending->len > 0) {
		checklist_set(result, CHECKLIST_OPEN, "pending: %s", pending);
		checklist_set_hint(result, "run the migration tool");
	} else {
		checklist_set(result, CHECKLIST_TICKED, "%s",
		              history->pending->len > 0 ? pending : "nothing is pending");
	}
}

static bool
history_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	g_autoptr(DbSession) session = checklist_open(context, error);
	g_auto(ChecklistHistory) history = { 0 };

	if (session == NULL || !checklist_history_read(item->job, session, &history, error))
		return false;
	if (history.unknown == NULL) {
		history_judge(item, &history, result);
		return true;
	}
	checklist_set(result, CHECKLIST_UNKNOWN, "the history cannot be read: %s", history.unknown);
	g_autofree char *grant = g_strdup_printf("GRANT SELECT ON %s TO %s", item->job->history,
	                                         context->surroundings->role);
	checklist_set_hint(result, grant);
	return true;
}

const ChecklistKind checklist_history = {
	.name = "history",
	.target = true,
	.database = true,
	.load = history_load,
	.ask = history_ask,
};
