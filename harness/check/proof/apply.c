#include "check/proof/apply.h"

#include "check/changes/untouched.h"
#include "check/workspace/sequences.h"

void
check_after_clear(CheckAfter *after)
{
	g_clear_pointer(&after->catalog, catalog_snapshot_unref);
	g_clear_pointer(&after->rows, rows_state_unref);
	migration_outcome_clear(&after->failure);
	g_clear_pointer(&after->changes, g_ptr_array_unref);
	g_clear_pointer(&after->untouched, g_ptr_array_unref);
}

bool
check_apply_watched(CheckApplyFunction apply, MigrationRunner *runner, const Migration *migration,
                    MigrationOutcome *outcome, CheckAfter *after, GError **error)
{
	CheckUntouched untouched = { 0 };

	check_untouched_begin(&untouched, runner, migration->up);
	bool done = apply(runner, migration, MIGRATION_UP, outcome, error);
	check_untouched_end(&untouched);
	g_clear_pointer(&after->untouched, g_ptr_array_unref);
	after->untouched = untouched.statements;
	return done;
}

bool
check_apply_read_rows(CheckWorkspace *workspace, const RowsState *known, CheckAfter *after, GError **error)
{
	if (known != NULL)
		after->rows = rows_state_update(workspace->session, known, NULL, workspace->exclusions, error);
	return known == NULL || after->rows != NULL;
}

/* In a transaction of ours only the tables that the migration has touched have to be read again. It is still open when
 * the up went through. */
static bool
apply_within(CheckWorkspace *workspace, const Migration *migration, const RowsState *rows, CheckAfter *after,
             GError **error)
{
	DbSession *session = workspace->session;

	if (!db_session_reset(session, error) || !db_session_execute(session, "BEGIN", error) ||
	    !check_apply_watched(migration_runner_apply_within, workspace->runner, migration, &after->failure, after,
	                         error))
		return false;
	after->up_duration = after->failure.duration;
	if (after->failure.failed)
		return db_session_execute(session, "ROLLBACK", error);
	after->catalog = check_workspace_snapshot(workspace, error);
	return after->catalog != NULL && check_apply_read_rows(workspace, rows, after, error);
}

/* The same, after an examination of the up's effect on rows, if that may be a loss. */
static bool
apply_and_look(CheckWorkspace *workspace, const Migration *migration, const RowsState *rows, CheckAfter *after,
               GError **error)
{
	DbSession *session = workspace->session;
	g_autoptr(DbResult) sequences = check_sequences_read_used(session, error);

	if (sequences == NULL || !apply_within(workspace, migration, rows, after, error))
		return false;
	if (after->failure.failed)
		return true;
	if (check_changes_suspected(rows, after->rows, migration->up)) {
		if (!db_session_execute(session, "ROLLBACK", error) ||
		    !check_sequences_restore(session, sequences, error))
			return false;
		g_autoptr(GPtrArray) changes = check_changes_examine(workspace, migration, rows, after->rows, error);
		check_after_clear(after);
		if (changes == NULL || !apply_within(workspace, migration, rows, after, error))
			return false;
		after->changes = g_steal_pointer(&changes);
		if (after->failure.failed)
			return true;
	}
	if (!check_workspace_commit(workspace, true, error))
		return false;
	check_workspace_note_commit(workspace);
	return true;
}

bool
check_apply(CheckWorkspace *workspace, const Migration *migration, const RowsState *rows, CheckAfter *ret_after,
            GError **error)
{
	if (rows != NULL && migration_runner_can_apply_within(migration, MIGRATION_UP))
		return apply_and_look(workspace, migration, rows, ret_after, error);
	if (!db_session_reset(workspace->session, error) ||
	    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &ret_after->failure, error))
		return false;
	ret_after->up_duration = ret_after->failure.duration;
	if (ret_after->failure.failed)
		return true;
	ret_after->catalog = check_workspace_snapshot(workspace, error);
	if (ret_after->catalog == NULL || !check_apply_read_rows(workspace, rows, ret_after, error))
		return false;
	check_workspace_note_commit(workspace);
	if (rows == NULL || !check_changes_suspected(rows, ret_after->rows, migration->up))
		return true;
	ret_after->changes = check_changes_find(workspace->session, rows, ret_after->rows, migration->up, NULL, error);
	return ret_after->changes != NULL;
}
