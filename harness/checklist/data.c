/* data: no row of the target keeps what is pending from working. */
#include "checklist/history.h"
#include "checklist/kind.h"
#include "checklist/select.h"

#include "base/error.h"
#include "rows/precondition.h"
#include "run/build.h"

#include <string.h>

/* What is pending asks of the rows, learnt on a scratch database. */
typedef struct {
	CheckWorkspace workspace;
	MigrationStandIns stand_ins;
	GPtrArray *preconditions; /* of RowsPrecondition * */
} Learning;

static void
data_learning_clear(Learning *learning)
{
	g_clear_pointer(&learning->preconditions, g_ptr_array_unref);
	check_workspace_close(&learning->workspace);
	g_clear_pointer(&learning->stand_ins.sources, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Learning, data_learning_clear)

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

static bool
data_apply(CheckWorkspace *workspace, const GPtrArray *pending, GError **error)
{
	for (guint i = 0; i < pending->len; i++) {
		const Migration *migration = g_ptr_array_index(pending, i);
		g_auto(MigrationOutcome) outcome = { 0 };
		if (!db_session_reset(workspace->session, error) ||
		    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, error))
			return false;
		if (outcome.failed)
			return base_error_set(error, BASE_ERROR_MIGRATION, NULL,
			                      "\"%s\" fails on empty tables already: %s", migration->name,
			                      outcome.message);
	}
	return true;
}

static bool
data_learn(const ChecklistItem *item, const ChecklistContext *context, const Migration *first,
           const ChecklistHistory *history, Learning *learning, GError **error)
{
	const RunBuildOptions until = { .until = first, .before = true };
	CheckWorkspace *workspace = &learning->workspace;

	ScratchServer *server = run_server_for(item->job->suite, &context->run, context->run.servers, error);
	if (server == NULL || !run_build_with(item->job, &until, server, workspace, &learning->stand_ins, error) ||
	    !db_session_execute(workspace->session, "BEGIN", error))
		return false;
	g_autoptr(RowsBefore) before = rows_before_read(workspace->session, workspace->exclusions, error);
	if (before == NULL || !db_session_execute(workspace->session, "COMMIT", error) ||
	    !data_apply(workspace, history->pending, error) || !db_session_execute(workspace->session, "BEGIN", error))
		return false;
	learning->preconditions = rows_before_learn(before, workspace->session, error);
	return learning->preconditions != NULL;
}

/* --- Asking ---------------------------------------------------------------------------------- */

typedef struct {
	guint n_rows; /* that break it; of all of them */
	guint n_asked;
	guint n_unknown;
	bool many; /* there are more */
} Counted;

static bool
data_ask_one(const RowsPrecondition *precondition, const ChecklistContext *context, DbSession *session,
             ChecklistResult *result, Counted *counted, GError **error)
{
	g_autoptr(DbResult) rows = NULL;
	g_autofree char *refused = NULL;
	bool denied = false;

	if (!checklist_select(session, precondition->query, &rows, &refused, &denied, error))
		return false;
	counted->n_asked++;
	if (refused != NULL) {
		counted->n_unknown++;
		checklist_add_details(result, "not known whether %s: %s", precondition->meaning, refused);
		g_autofree char *grant = g_strdup_printf("GRANT SELECT ON %s TO %s", precondition->table,
		                                         context->surroundings->role);
		if (denied)
			checklist_set_hint(result, grant);
		return true;
	}
	int n = db_result_rows(rows);
	g_autofree char *number = g_strdup_printf("%s%d", n >= CHECKLIST_SELECT_MAX ? "at least " : "", n);
	checklist_add_fact(result, precondition->meaning, number, "0");
	if (n == 0)
		return true;
	counted->n_rows += (guint)n;
	counted->many = counted->many || n >= CHECKLIST_SELECT_MAX;
	checklist_add_details(result, "not so: %s (%s row%s)\n  %s", precondition->meaning, number, n == 1 ? "" : "s",
	                      precondition->query);
	if (result->reproduce == NULL)
		result->reproduce = g_strdup(precondition->query);
	return true;
}

static void
data_judge(const ChecklistItem *item, const Counted *counted, const char *pending, ChecklistResult *result)
{
	gint64 limit = 0;

	suite_node_is_int(item->item->value, &limit);
	if (counted->n_rows > limit) {
		checklist_set(
		    result, CHECKLIST_OPEN, "%s%u row%s of the target do not fit %s (limit %" G_GINT64_FORMAT ")",
		    counted->many ? "at least " : "", counted->n_rows, counted->n_rows == 1 ? "" : "s", pending, limit);
		checklist_set_hint(result, "mend the rows first, or let the migration do it before it asks for them");
	} else if (counted->n_unknown > 0) {
		checklist_set(result, CHECKLIST_UNKNOWN, "%u of %u conditions could not be asked", counted->n_unknown,
		              counted->n_asked);
	} else {
		checklist_set(result, CHECKLIST_TICKED, "%s: %u condition%s on rows, none broken", pending,
		              counted->n_asked, counted->n_asked == 1 ? "" : "s");
	}
}

static bool
data_ask_all(const ChecklistItem *item, const ChecklistContext *context, const Learning *learning, const char *pending,
             ChecklistResult *result, GError **error)
{
	g_autoptr(DbSession) session = checklist_open(context, error);
	Counted counted = { 0 };

	if (session == NULL)
		return false;
	for (guint i = 0; i < learning->preconditions->len; i++) {
		const RowsPrecondition *precondition = g_ptr_array_index(learning->preconditions, i);
		if (precondition->query != NULL &&
		    !data_ask_one(precondition, context, session, result, &counted, error))
			return false;
	}
	data_judge(item, &counted, pending, result);
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
	g_auto(Learning) learning = { 0 };

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
	const Migration *first = checklist_history_first_pending(item->job, &history);
	if (first == NULL) {
		checklist_set(result, CHECKLIST_UNKNOWN, "what is pending stands between migrations that are applied");
		return true;
	}
	g_autofree char *pending = checklist_history_list_pending(&history);
	return data_learn(item, context, first, &history, &learning, error) &&
	       data_ask_all(item, context, &learning, pending, result, error);
}

const ChecklistKind checklist_data = {
	.name = "data",
	.target = true,
	.database = true,
	.servers = true,
	.load = data_load,
	.ask = data_ask,
};
