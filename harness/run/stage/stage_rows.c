#include "run/stage/stage_rows.h"

#include "base/error.h"
#include "check/proof/data.h"
#include "rows/fill.h"

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
	       rows_fill(workspace->session, workspace->exclusions, database->rows, NULL, NULL, error);
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
	static const char remark[] = "tried without rows: on generated ones, the up fails";
	char *output = test_case->output;

	test_case->output = output != NULL ? g_strdup_printf("%s\n%s", remark, output) : g_strdup(remark);
	g_free(output);
}
