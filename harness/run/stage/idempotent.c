/* Every migration once more, right after it was applied. */
#include "run/stage/stage.h"
#include "run/stage/work/rows.h"

#include "check/proof/idempotent.h"
#include "check/proof/tool_history.h"

bool
run_idempotent_wanted(const RunJob *job)
{
	return job->database->idempotent;
}

/* Where the stage's database stands. */
typedef struct {
	RowsState *rows;
	bool filled; /* there are rows that no migration has made */
} IdempotentWork;

static bool
idempotent_read(const RunStage *stage, IdempotentWork *work, GError **error)
{
	rows_state_unref(work->rows);
	work->rows = rows_state_read(stage->workspace.session, stage->workspace.exclusions, error);
	return work->rows != NULL;
}

/* Applies the migration; without rows, if it fails on generated ones. */
static bool
idempotent_apply(RunStage *stage, guint index, IdempotentWork *work, CheckAfter *after, bool *ret_without,
                 GError **error)
{
	const Migration *migration = g_ptr_array_index(stage->migrations, index);

	if (!check_apply(&stage->workspace, migration, work->rows, after, error))
		return false;
	*ret_without = after->failure.failed && work->filled;
	if (!*ret_without)
		return true;
	check_after_clear(after);
	*after = (CheckAfter){ 0 };
	work->filled = false;
	return run_stage_rows_rebuild(stage, &stage->workspace, "idempotent", index, error) &&
	       idempotent_read(stage, work, error) &&
	       check_apply(&stage->workspace, migration, work->rows, after, error);
}

static bool
stage_idempotent_next(RunStage *stage, guint index, IdempotentWork *work, bool *ret_go_on, GError **error)
{
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	g_auto(CheckAfter) after = { 0 };
	bool is_code = migration_set_is_external(stage->job->set);
	gint64 start = g_get_monotonic_time();
	bool without = false;

	run_stage_progress_migration(stage, migration);
	g_autofree char *history = is_code ? check_tool_history_read(&stage->workspace, error) : NULL;
	if (is_code && history == NULL)
		return false;
	if (!idempotent_apply(stage, index, work, &after, &without, error))
		return false;
	g_autoptr(ReportCase)
	    test_case = run_stage_case(stage, "idempotent", migration->name, migration_script_position(migration->up));
	if (after.failure.failed)
		report_case_set(test_case, REPORT_ERRORED, "\"%s\" fails, but did not in the forward stage: %s\n%s",
		                migration->name, after.failure.message, after.failure.details);
	else if (!check_idempotent(&stage->workspace, migration, history, &after, test_case, error))
		return false;
	if (without)
		run_stage_rows_remark(test_case);
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	*ret_go_on = !after.failure.failed;
	return after.failure.failed || (run_stage_rows_add(stage, &stage->workspace, migration, &work->filled, error) &&
	                                idempotent_read(stage, work, error));
}

static bool
idempotent_run_all(RunStage *stage, IdempotentWork *work, GError **error)
{
	bool go_on = true;

	if (!check_workspace_open(&stage->workspace, "idempotent", error) ||
	    (stage->job->database->baseline != NULL &&
	     !run_stage_rows_add(stage, &stage->workspace, NULL, &work->filled, error)) ||
	    !idempotent_read(stage, work, error))
		return false;
	for (guint i = 0; i < stage->migrations->len && go_on; i++) {
		if (!run_progress_wait(stage->history, i))
			return true;
		if (!stage_idempotent_next(stage, i, work, &go_on, error))
			return false;
	}
	return true;
}

bool
run_idempotent(RunStage *stage, GError **error)
{
	IdempotentWork work = { 0 };
	bool done = idempotent_run_all(stage, &work, error);

	rows_state_unref(work.rows);
	return done;
}
