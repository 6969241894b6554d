#include "checklist/target/changes.h"

#include "checklist/target/trial.h"
#include "rows/state/queries.h"

/* What cannot run here is left out: it changes no rows. */
static bool
changes_go_on(DbSession *session, const MigrationStatement *statement, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) rows = NULL;

	if ((statement->flags & (MIGRATION_STATEMENT_NO_TRANSACTION | MIGRATION_STATEMENT_TRANSACTION_CONTROL |
	                         MIGRATION_STATEMENT_COPY_IN)) != 0)
		return true;
	return rows_try(session, statement->sql, &rows, &refusal, error);
}

bool
checklist_target_changes_learn(CheckWorkspace *workspace, const Migration *migration, ChecklistChanges **changes,
                               GPtrArray *found, GError **error)
{
	const GPtrArray *statements = migration_script_statements(migration->up);
	g_auto(ChecklistTrial) trial = { 0 };

	if (!checklist_trial_begin(workspace, migration, &trial, error))
		return false;
	if (*changes == NULL)
		*changes = checklist_changes_new(trial.at->session, error);
	if (*changes == NULL)
		return false;
	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (!checklist_changes_look(*changes, trial.at->session, statement->sql, found, error) ||
		    !changes_go_on(trial.at->session, statement, error))
			return false;
	}
	return checklist_trial_end(&trial, error);
}
