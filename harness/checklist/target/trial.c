#include "checklist/target/trial.h"

#include "check/workspace/sequences.h"

static bool
trial_is_within(const ChecklistTrial *trial)
{
	return trial->at == trial->workspace;
}

bool
checklist_trial_begin(CheckWorkspace *workspace, const Migration *migration, ChecklistTrial *ret_trial, GError **error)
{
	*ret_trial = (ChecklistTrial){ .workspace = workspace, .migration = migration };
	if (migration_runner_can_apply_within(migration, MIGRATION_UP)) {
		ret_trial->at = workspace;
		if (!db_session_reset(workspace->session, error))
			return false;
		ret_trial->sequences = check_sequences_read_used_and_begin(workspace->session, error);
		return ret_trial->sequences != NULL;
	}
	ret_trial->at = &ret_trial->copy;
	return check_workspace_clone(workspace, "trial", &ret_trial->copy, error) &&
	       db_session_execute(ret_trial->copy.session, "BEGIN", error);
}

bool
checklist_trial_apply(ChecklistTrial *trial, MigrationOutcome *outcome, GError **error)
{
	CheckWorkspace *at = trial->at;

	if (trial_is_within(trial))
		return db_session_reset(at->session, error) &&
		       migration_runner_apply_within(at->runner, trial->migration, MIGRATION_UP, outcome, error);
	return db_session_execute(at->session, "COMMIT", error) && db_session_reset(at->session, error) &&
	       migration_runner_apply(at->runner, trial->migration, MIGRATION_UP, outcome, error) &&
	       (outcome->failed || db_session_execute(at->session, "BEGIN", error));
}

bool
checklist_trial_end(ChecklistTrial *trial, GError **error)
{
	DbSession *session = trial->workspace->session;

	if (!trial_is_within(trial)) {
		check_workspace_close(&trial->copy);
		return true;
	}
	return db_session_execute(session, "ROLLBACK", error) &&
	       check_sequences_restore(session, trial->sequences, error);
}

void
checklist_trial_clear(ChecklistTrial *trial)
{
	check_workspace_close(&trial->copy);
	g_clear_pointer(&trial->sequences, db_result_free);
}
