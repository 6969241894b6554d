#include "check/proof/after_use_private.h"

#include "check/workspace/sequences.h"
#include "migration/runner/runner.h"
#include "migration/text/statement.h"

#include <string.h>

/* Maximum number of uses that are tried: more of them prove nothing new. */
#define MOST_USES 8

/* One trial. */
typedef struct {
	const CheckAfterUse *trial;
	CheckWorkspace *workspace; /* the trial's, or a copy */
	bool in_transaction;
	guint n_used;
	char *failure;
	SourcePosition position;
} AfterUse;

/* Does it, in a savepoint. *ret_done is false when the database refuses, or no row was there to use it. */
static bool
after_use_do(AfterUse *state, const CheckUse *use, bool *ret_done, GError **error)
{
	DbSession *session = state->workspace->session;
	g_autoptr(GError) refusal = NULL;

	*ret_done = false;
	if (!db_session_execute(session, "SAVEPOINT pgassay_use", error))
		return false;
	bool done = db_session_execute(session, use->sql, &refusal) && db_session_affected(session) > 0 &&
	            db_session_execute(session, "SET CONSTRAINTS ALL IMMEDIATE", &refusal);
	if (done && use->needs != NULL) {
		g_autoptr(DbResult) found = db_session_query(session, &refusal, use->needs, NULL);
		done = found != NULL && db_result_rows(found) > 0;
	}
	if (db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	*ret_done = done;
	return db_session_execute(session,
	                          done ? "SET CONSTRAINTS ALL DEFERRED; RELEASE SAVEPOINT pgassay_use"
	                               : "ROLLBACK TO SAVEPOINT pgassay_use; RELEASE SAVEPOINT pgassay_use",
	                          error);
}

static bool
after_use_run_down(AfterUse *state, const char *what, GError **error)
{
	const Migration *migration = state->trial->migration;
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!(state->in_transaction ? migration_runner_apply_within : migration_runner_apply)(
		state->workspace->runner, migration, MIGRATION_DOWN, &outcome, error))
		return false;
	if (!outcome.failed || state->failure != NULL)
		return true;
	state->failure = g_strdup_printf("once the application has used the change, the down fails: %s\nused: %s\n%s",
	                                 outcome.message, what, outcome.details);
	state->position = outcome.position;
	return true;
}

/* One use, if the database allows it, and the down: all of it is rolled back. */
static bool
after_use_try(AfterUse *state, const CheckUse *use, bool *ret_done, GError **error)
{
	DbSession *session = state->workspace->session;

	*ret_done = false;
	if (!db_session_reset(session, error) || !db_session_execute(session, "BEGIN", error) ||
	    (use->sql != NULL && !after_use_do(state, use, ret_done, error)))
		return false;
	*ret_done |= use->sql == NULL;
	if (*ret_done && !after_use_run_down(state, use->what, error))
		return false;
	state->n_used += *ret_done;
	return db_session_execute(session, "ROLLBACK", error);
}

static bool
after_use_one_by_one(AfterUse *state, const GPtrArray *uses, GError **error)
{
	DbSession *session = state->workspace->session;
	const char *done_for = NULL;
	g_autoptr(DbResult) sequences = check_sequences_read_used(session, error);

	if (sequences == NULL)
		return false;
	state->in_transaction = true;
	for (guint i = 0; i < uses->len && state->n_used < MOST_USES && state->failure == NULL; i++) {
		const CheckUse *use = g_ptr_array_index(uses, i);
		bool done = false;
		if (use->alternative_to != NULL && g_strcmp0(use->alternative_to, done_for) == 0)
			continue;
		if (!after_use_try(state, use, &done, error))
			return false;
		if (done)
			done_for = use->alternative_to;
	}
	return check_sequences_restore(session, sequences, error);
}

/* All uses at once, on a copy, as the tool would run the down. */
static bool
after_use_on_copy(AfterUse *state, const GPtrArray *uses, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	g_autoptr(GString) what = g_string_new(NULL);

	if (!check_workspace_clone(state->workspace, "after use", &copy, error) ||
	    !db_session_execute(copy.session, "BEGIN", error))
		return false;
	state->workspace = &copy;
	for (guint i = 0; i < uses->len && state->n_used < MOST_USES; i++) {
		const CheckUse *use = g_ptr_array_index(uses, i);
		bool done = use->sql == NULL;
		if (!done && !after_use_do(state, use, &done, error)) {
			state->workspace = state->trial->workspace;
			return false;
		}
		state->n_used += done;
		if (done)
			g_string_append_printf(what, "%s%s", what->len > 0 ? "; " : "", use->what);
	}
	bool done = db_session_execute(copy.session, "COMMIT", error) &&
	            (state->n_used == 0 ||
	             (db_session_reset(copy.session, error) && after_use_run_down(state, what->str, error)));
	state->workspace = state->trial->workspace;
	return done;
}

/* A down that moves rows, and tables that had none when it was proved. */
static bool
after_use_moves_rows(const CheckAfterUse *trial)
{
	static const char *const moving[] = { "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "DO", NULL };
	const GPtrArray *statements = migration_script_statements(trial->migration->down);
	guint n_tables = 0;
	guint first = catalog_snapshot_range(trial->after, CATALOG_TABLE, NULL, NULL, &n_tables);
	bool moves = false;

	for (guint i = 0; i < statements->len && !moves; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		g_autofree char *word = migration_statement_key_words(statement->sql, 1);
		moves = g_strv_contains(moving, word);
	}
	for (guint i = first; moves && i < first + n_tables; i++) {
		const CatalogObject *table = catalog_snapshot_object(trial->after, i);
		if (catalog_snapshot_find(trial->before, CATALOG_TABLE, table->schema, NULL, table->name) == NULL)
			return true;
	}
	return false;
}

bool
check_after_use(const CheckAfterUse *trial, guint *ret_used, char **ret_failure, SourcePosition *ret_position,
                GError **error)
{
	g_autoptr(GPtrArray) uses = check_uses_find(trial->before, trial->after);
	AfterUse state = { .trial = trial, .workspace = trial->workspace };

	*ret_used = 0;
	*ret_failure = NULL;
	if (after_use_moves_rows(trial)) {
		CheckUse *rows = g_new0(CheckUse, 1);
		rows->what = g_strdup("rows of the new tables");
		g_ptr_array_add(uses, rows);
	}
	if (uses->len == 0)
		return true;
	bool done = migration_runner_can_apply_within(trial->migration, MIGRATION_DOWN)
	                ? after_use_one_by_one(&state, uses, error)
	                : after_use_on_copy(&state, uses, error);
	*ret_used = state.n_used;
	*ret_failure = state.failure;
	*ret_position = state.position;
	return done;
}

bool
check_after_use_is_possible(const CatalogSnapshot *before, const CatalogSnapshot *after)
{
	g_autoptr(GPtrArray) uses = check_uses_find(before, after);

	return uses->len > 0;
}
