/* Every migration's SQL once more, right after it was applied. */
#include "run/stage/stage.h"

#include "check/proof/idempotent.h"

bool
run_idempotent_wanted(const RunJob *job)
{
	return job->database->idempotent;
}

static bool
stage_idempotent_next(RunStage *stage, const Migration *migration, CheckAfter *now, GError **error)
{
	g_auto(CheckAfter) after = { 0 };
	gint64 start = g_get_monotonic_time();

	run_stage_progress(stage, "idempotent %s", migration->name);
	if (!check_apply(&stage->workspace, migration, now->rows, &after, error))
		return false;
	g_autoptr(ReportCase)
	    test_case = run_stage_case(stage, "idempotent", migration->name, migration_script_position(migration->up));
	if (after.failure.failed)
		report_case_set(test_case, REPORT_ERRORED, "\"%s\" fails, but did not in the forward stage: %s\n%s",
		                migration->name, after.failure.message, after.failure.details);
	else if (!check_idempotent(&stage->workspace, migration, &after, test_case, error))
		return false;
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	check_after_clear(now);
	*now = after;
	after = (CheckAfter){ 0 };
	return true;
}

bool
run_idempotent(RunStage *stage, GError **error)
{
	const GPtrArray *migrations = stage->migrations;
	g_auto(CheckAfter) now = { 0 };

	if (!check_workspace_open(&stage->workspace, "idempotent", error))
		return false;
	now.rows = rows_state_read(stage->workspace.session, stage->workspace.exclusions, error);
	if (now.rows == NULL)
		return false;
	for (guint i = 0; i < migrations->len && !now.failure.failed; i++) {
		if (!run_progress_wait(stage->history, i))
			return true;
		if (!stage_idempotent_next(stage, g_ptr_array_index(migrations, i), &now, error))
			return false;
	}
	return true;
}
