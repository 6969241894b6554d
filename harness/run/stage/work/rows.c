#include "run/stage/work/rows.h"

#include "base/error.h"
#include "check/proof/data.h"
#include "check/proof/plausible.h"
#include "check/proof/shared_objects.h"
#include "rows/precondition/precondition.h"
#include "run/job/declared.h"

static bool
stage_rows_load(const RunStage *stage, CheckWorkspace *workspace, const Migration *migration, bool *ret_filled,
                GError **error)
{
	const RunJob *job = stage->job;

	for (guint i = 0; i < job->database->data->len; i++) {
		const SuiteData *data = g_ptr_array_index(job->database->data, i);
		if (!run_job_data_is_for(job, data, migration))
			continue;
		*ret_filled = true;
		if (!check_data_load(workspace, data, error))
			return false;
	}
	return true;
}

bool
run_stage_rows_generate(const RunStage *stage, CheckWorkspace *workspace, bool *ret_filled, GError **error)
{
	const SuiteDatabase *database = stage->job->database;

	if (database->rows == 0 || database->data->len > 0)
		return true;
	*ret_filled = true;
	return db_session_reset(workspace->session, error) &&
	       rows_fill(workspace->session, workspace->exclusions, database->rows * MAX(stage->rows_factor, 1U), NULL,
	                 NULL, error);
}

bool
run_stage_rows_add(const RunStage *stage, CheckWorkspace *workspace, const Migration *migration, bool *ret_filled,
                   GError **error)
{
	if (stage->job->database->data->len == 0)
		return run_stage_rows_generate(stage, workspace, ret_filled, error);
	return db_session_reset(workspace->session, error) &&
	       stage_rows_load(stage, workspace, migration, ret_filled, error);
}

bool
run_stage_rows_rebuild(const RunStage *stage, CheckWorkspace *workspace, const char *label, guint index, GError **error)
{
	check_workspace_close(workspace);
	/* Objects that the migrations have created for the whole server still exist. */
	if (stage->shared_objects != NULL)
		check_shared_objects_restore(stage->server, stage->job->set, stage->shared_objects,
		                             workspace->bonds_stay);
	if (!check_workspace_open(workspace, label, error))
		return false;
	for (guint i = 0; i < index; i++) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i);
		g_auto(MigrationOutcome) outcome = { 0 };
		if (!db_session_reset(workspace->session, error) ||
		    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, error))
			return false;
		if (outcome.failed)
			return base_error_set(error, BASE_ERROR_DATABASE, NULL,
			                      "\"%s\" fails, but did not in the forward stage: %s", migration->name,
			                      outcome.message);
	}
	return true;
}

void
run_stage_rows_remark(ReportCase *test_case)
{
	report_case_note(test_case, "tried without rows: on generated ones, the up fails");
}

/* --- Plausible rows ---------------------------------------------------------------- */

bool
run_stage_rows_apply(const RunStage *stage, CheckWorkspace *at, guint first, bool *ret_done, GError **error)
{
	*ret_done = true;
	for (guint i = first; *ret_done && i < stage->migrations->len; i++) {
		g_auto(MigrationOutcome) outcome = { 0 };
		if (!db_session_reset(at->session, error) ||
		    !migration_runner_apply(at->runner, g_ptr_array_index(stage->migrations, i), MIGRATION_UP, &outcome,
		                            error))
			return false;
		*ret_done = !outcome.failed;
	}
	return true;
}

GPtrArray *
run_stage_rows_learn(const RunStage *stage, CheckWorkspace *at, guint first, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	bool done = false;

	if (!check_workspace_clone(at, "rows", &copy, error) || !db_session_execute(copy.session, "BEGIN", error))
		return NULL;
	g_autoptr(RowsBefore) before = rows_before_read(copy.session, copy.exclusions, error);
	if (before == NULL || !db_session_execute(copy.session, "COMMIT", error) ||
	    !run_stage_rows_apply(stage, &copy, first, &done, error) || !done ||
	    !db_session_execute(copy.session, "BEGIN", error))
		return NULL;
	g_autoptr(GPtrArray) preconditions = rows_before_learn(before, copy.session, error);
	for (guint i = first; preconditions != NULL && i < stage->migrations->len; i++)
		if (!check_plausible_learn_script(before, copy.session, g_ptr_array_index(stage->migrations, i),
		                                  preconditions, error))
			return NULL;
	for (guint i = 0; preconditions != NULL && i < preconditions->len; i++)
		((RowsPrecondition *)g_ptr_array_index(preconditions, i))->held = true;
	return g_steal_pointer(&preconditions);
}

bool
run_stage_rows_fill(const RunStage *stage, CheckWorkspace *at, GPtrArray *preconditions, GError **error)
{
	return db_session_execute(at->session, "BEGIN", error) &&
	       rows_fill_plausible(at->session, at->exclusions, stage->job->database->rows, true, preconditions, NULL,
	                           NULL, error) &&
	       db_session_execute(at->session, "COMMIT", error);
}

bool
run_stage_rows_add_plausible(const RunStage *stage, CheckWorkspace *at, bool *ret_filled, GError **error)
{
	GError *cause = NULL;

	if (stage->job->database->data->len > 0)
		return run_stage_rows_add(stage, at, NULL, ret_filled, error);
	if (stage->job->database->rows == 0)
		return true;
	g_autoptr(GPtrArray) preconditions = run_stage_rows_learn(stage, at, 0, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	*ret_filled = preconditions != NULL;
	return preconditions == NULL || run_stage_rows_fill(stage, at, preconditions, error);
}
