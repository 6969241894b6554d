/* Everything that is pending, as one run of the tool. */
#include "migration/runner/runner_private.h"

#include "base/error.h"
#include "migration/format.h"
#include "migration/runner/runner.h"

/* The pending migrations in their order, owned by the set. */
static GPtrArray *
pending_list_pending(MigrationRunner *runner, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, error);
	const GPtrArray *migrations = runner->set->migrations;

	if (applied == NULL)
		return NULL;
	GPtrArray *pending = g_ptr_array_new();
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		if (!g_hash_table_contains(applied, migration->name))
			g_ptr_array_add(pending, g_ptr_array_index(migrations, i));
	}
	return pending;
}

/* How a group runs: all its scripts in one transaction, or all of them without any. */
static bool
choose_group(MigrationRunner *runner, const GPtrArray *pending, bool *ret_transaction, GError **error)
{
	const Migration *first[2] = { NULL, NULL }; /* without a transaction, with one */

	for (guint i = 0; i < pending->len; i++) {
		const Migration *migration = g_ptr_array_index(pending, i);
		bool inside = migration_script_scope(migration->up) == MIGRATION_SCOPE_TRANSACTION;
		if (first[inside] == NULL)
			first[inside] = migration;
	}
	*ret_transaction = first[false] == NULL;
	if (*ret_transaction || first[true] == NULL || migration_set_has(runner->set, MIGRATION_SETTING_MIXED))
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "set group=false or mixed=true",
	                      "\"%s\" runs outside of a transaction and \"%s\" inside of one, but they are one group",
	                      first[false]->name, first[true]->name);
}

/* Ends the transaction of a group; the outcome is that of its last migration. */
static bool
commit_group(MigrationRunner *runner, const Migration *last, MigrationOutcome *outcome, GError **error)
{
	GError *cause = NULL;

	if (db_session_transaction_state(runner->session) == DB_TRANSACTION_IDLE ||
	    db_session_execute(runner->session, "COMMIT", &cause))
		return true;
	migration_run_fail(runner, outcome, last->up, NULL, "at COMMIT", cause, error);
	return outcome->failed;
}

/* Each in the scope; NULL: in its own. */
static bool
run_pending(MigrationRunner *runner, const GPtrArray *pending, const MigrationScope *scope, guint *applied,
            const Migration **failed, MigrationOutcome *outcome, GError **error)
{
	for (guint i = 0; i < pending->len && !outcome->failed; i++) {
		const Migration *migration = g_ptr_array_index(pending, i);
		migration_outcome_clear(outcome);
		if (!migration_run_script(runner, migration, MIGRATION_UP,
		                          scope != NULL ? *scope : migration_script_scope(migration->up), outcome,
		                          error))
			return false;
		if (outcome->failed)
			*failed = migration;
		else
			(*applied)++;
	}
	return true;
}

static bool
run_group(MigrationRunner *runner, const GPtrArray *pending, guint *applied, const Migration **failed,
          MigrationOutcome *outcome, GError **error)
{
	const MigrationScope autocommit = MIGRATION_SCOPE_AUTOCOMMIT;
	const MigrationScope open = MIGRATION_SCOPE_OPEN;
	bool transaction = false;

	if (!choose_group(runner, pending, &transaction, error))
		return false;
	if (!transaction)
		return run_pending(runner, pending, &autocommit, applied, failed, outcome, error);
	if (!db_session_execute(runner->session, "BEGIN", error))
		return false;
	bool done = run_pending(runner, pending, &open, applied, failed, outcome, error);
	const Migration *last = g_ptr_array_index(pending, pending->len - 1);
	if (done && !outcome->failed) {
		done = commit_group(runner, last, outcome, error);
		if (outcome->failed)
			*failed = last;
	}
	if (!done || outcome->failed) {
		migration_run_roll_back(runner);
		*applied = 0;
	}
	return done;
}

bool
migration_runner_migrate(MigrationRunner *runner, guint *ret_applied, const Migration **ret_failed,
                         MigrationOutcome *ret_outcome, GError **error)
{
	const MigrationSet *set = runner->set;
	MigrationOutcome outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (!migration_runner_validate(runner, error))
		return false;
	if (set->format->migrate != NULL)
		return set->format->migrate(runner, ret_applied, ret_failed, ret_outcome, error);
	g_autoptr(GPtrArray) pending = pending_list_pending(runner, error);
	if (pending == NULL)
		return false;
	bool group = pending->len > 0 && migration_set_has(set, MIGRATION_SETTING_GROUP);
	if (group ? !run_group(runner, pending, &applied, &failed, &outcome, error)
	          : !run_pending(runner, pending, NULL, &applied, &failed, &outcome, error)) {
		migration_outcome_clear(&outcome);
		return false;
	}
	*ret_applied = applied;
	*ret_failed = failed;
	*ret_outcome = outcome;
	return true;
}
