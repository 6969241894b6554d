#include "check/proof/losses.h"

#include "check/workspace/sequences.h"
#include "rows/state/copy.h"

bool
check_losses_keep_rows(DbSession *session, const RowsState *rows, const GPtrArray *different, GError **error)
{
	g_autoptr(GPtrArray) tables = g_ptr_array_new();

	for (guint i = 0; different != NULL && i < different->len; i++)
		g_ptr_array_add(tables, ((const RowsDifference *)g_ptr_array_index(different, i))->table);
	g_ptr_array_add(tables, NULL);
	return rows_keep_copy(session, rows, different != NULL ? (const char *const *)tables->pdata : NULL, error);
}

static bool
losses_run(const CheckLosses *losses, MigrationDirection direction, bool *ret_failed, GError **error)
{
	const CheckWorkspace *workspace = losses->workspace;
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!db_session_reset(workspace->session, error) ||
	    !migration_runner_apply_within(workspace->runner, losses->migration, direction, &outcome, error))
		return false;
	*ret_failed = outcome.failed;
	return true;
}

bool
check_losses_reproduce(const CheckLosses *losses, GPtrArray **ret_losses, GError **error)
{
	DbSession *session = losses->workspace->session;
	bool failed = false;

	*ret_losses = NULL;
	if (!db_session_execute(session, "ROLLBACK", error) ||
	    !check_sequences_restore(session, losses->sequences, error) || !db_session_reset(session, error) ||
	    !db_session_execute(session, "BEGIN", error) ||
	    !check_losses_keep_rows(session, losses->rows, losses->different, error) ||
	    !losses_run(losses, MIGRATION_UP, &failed, error) ||
	    (!failed && !losses_run(losses, MIGRATION_DOWN, &failed, error)))
		return false;
	if (!failed)
		*ret_losses = rows_explain(session, losses->rows, error);
	return failed || *ret_losses != NULL;
}
