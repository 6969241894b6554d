/* The backup plan: the result of restoring a backup from before each migration. */
#include "run/stage/stage.h"

#include "check/proof/data.h"
#include "check/proof/restore.h"
#include "rows/fill/fill.h"
#include "run/job/declared.h"

typedef struct {
	RunStage *stage;
	ScratchDumpPrograms *programs;
	CatalogSnapshot *now; /* the catalog of the stage's database */
	bool filled;          /* its tables have got rows */
	bool stopped;         /* a case has reported why it does not go on */
} Work;

bool
run_restore_wanted(const RunJob *job)
{
	return job->database->rollback == SUITE_ROLLBACK_RESTORE;
}

static ReportCase *
stage_restore_new_case(const Work *work, const Migration *migration)
{
	return run_stage_case(work->stage, "restore", migration->name, migration_script_position(migration->up));
}

/* --- Rows ------------------------------------------------------------------ */

static bool
stage_restore_load_data(Work *work, const Migration *migration, GError **error)
{
	const RunJob *job = work->stage->job;

	for (guint i = 0; i < job->database->data->len; i++) {
		const SuiteData *data = g_ptr_array_index(job->database->data, i);
		if (!run_job_data_is_for(job, data, migration))
			continue;
		work->filled = true;
		if (!check_data_load(&work->stage->workspace, data, error))
			return false;
	}
	return true;
}

static bool
stage_restore_fill(Work *work, const Migration *migration, GError **error)
{
	const SuiteDatabase *database = work->stage->job->database;
	CheckWorkspace *workspace = &work->stage->workspace;

	if (database->data->len > 0)
		return stage_restore_load_data(work, migration, error);
	work->filled = true;
	return rows_fill(workspace->session, workspace->exclusions, database->rows, NULL, NULL, error);
}

/* Fills the tables that the migration (NULL: the baseline) has created, because a backup of empty tables proves
 * little. Objects that triggers create for the rows belong to the schema from then on. */
static bool
restore_add_rows(Work *work, const Migration *migration, GError **error)
{
	const SuiteDatabase *database = work->stage->job->database;
	CheckWorkspace *workspace = &work->stage->workspace;
	DbSession *session = workspace->session;
	gint64 before = 0;
	gint64 after = 0;

	if (database->rows == 0 && database->data->len == 0)
		return true;
	if (!db_session_reset(session, error) || !db_session_execute(session, "BEGIN", error) ||
	    !rows_fill_count_catalog(session, &before, error) || !stage_restore_fill(work, migration, error) ||
	    !rows_fill_count_catalog(session, &after, error) || !db_session_execute(session, "COMMIT", error))
		return false;
	if (before == after)
		return true;
	catalog_snapshot_unref(work->now);
	work->now = check_workspace_snapshot(workspace, error);
	return work->now != NULL;
}

/* --- One migration --------------------------------------------------------- */

/* Begins anew on an empty database and comes back behind the migration with this index, without rows on the way. */
static bool
stage_restore_rebuild(Work *work, guint index, GError **error)
{
	RunStage *stage = work->stage;
	const GPtrArray *migrations = stage->migrations;

	check_workspace_close(&stage->workspace);
	if (!check_workspace_open(&stage->workspace, "restore", error))
		return false;
	for (guint i = 0; i <= index; i++) {
		g_auto(CheckAfter) after = { 0 };
		if (!check_apply(&stage->workspace, g_ptr_array_index(migrations, i), NULL, &after, error))
			return false;
		work->stopped = after.failure.failed;
		if (work->stopped)
			return true;
	}
	catalog_snapshot_unref(work->now);
	work->now = check_workspace_snapshot(&stage->workspace, error);
	return work->now != NULL && restore_add_rows(work, g_ptr_array_index(migrations, index), error);
}

/* The forward stage has applied the migration, so a failure here is caused by the rows. */
static bool
stage_restore_failed(Work *work, guint index, const MigrationOutcome *failure, ReportCase *test_case, GError **error)
{
	if (work->filled) {
		report_case_set(test_case, REPORT_SKIPPED,
		                "not run, because the migration fails on tables that have rows");
		run_stage_report(test_case, work->stage);
		return stage_restore_rebuild(work, index, error);
	}
	report_case_set(test_case, REPORT_ERRORED, "it fails, but did not in the forward stage: %s\n%s",
	                failure->message, failure->details);
	run_stage_report(test_case, work->stage);
	work->stopped = true;
	return true;
}

static bool
stage_restore_next(Work *work, guint index, GError **error)
{
	RunStage *stage = work->stage;
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase) test_case = stage_restore_new_case(work, migration);
	g_auto(CheckAfter) after = { 0 };
	const CheckRestore restore = { .workspace = &stage->workspace,
		                       .programs = work->programs,
		                       .migration = migration,
		                       .before = work->now,
		                       .strict_column_order = stage->job->database->strict_column_order,
		                       .test_case = test_case };

	run_stage_progress_migration(stage, migration);
	if (!check_restore(&restore, &after, error))
		return false;
	if (after.failure.failed)
		return stage_restore_failed(work, index, &after.failure, g_steal_pointer(&test_case), error);
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	catalog_snapshot_unref(work->now);
	work->now = g_steal_pointer(&after.catalog);
	return restore_add_rows(work, migration, error);
}

/* --- The history ----------------------------------------------------------- */

/* Without pg_dump nothing can be proved; every migration reports that. */
static void
skip_all(Work *work, const char *reason)
{
	const GPtrArray *migrations = work->stage->migrations;

	for (guint i = 0; i < migrations->len && run_progress_wait(work->stage->history, i); i++) {
		ReportCase *test_case = stage_restore_new_case(work, g_ptr_array_index(migrations, i));
		report_case_set(test_case, REPORT_SKIPPED, "%s", reason);
		run_stage_report(test_case, work->stage);
	}
}

static bool
stage_restore_run_all(Work *work, GError **error)
{
	RunStage *stage = work->stage;
	guint n = stage->migrations->len;

	if (!check_workspace_open(&stage->workspace, "restore", error))
		return false;
	run_stage_property(stage, "pg_dump", work->programs->version_text);
	work->now = check_workspace_snapshot(&stage->workspace, error);
	if (work->now == NULL || (run_job_begins_later(stage->job) && !restore_add_rows(work, NULL, error)))
		return false;
	for (guint i = 0; i < n && !work->stopped; i++) {
		if (!run_progress_wait(stage->history, i))
			return true;
		if (!stage_restore_next(work, i, error))
			return false;
	}
	return true;
}

bool
run_restore(RunStage *stage, GError **error)
{
	Work work = { .stage = stage };
	g_autoptr(GError) cause = NULL;

	work.programs = scratch_dump_find(stage->server, &cause);
	if (work.programs == NULL) {
		skip_all(&work, cause->message);
		return true;
	}
	bool done = stage_restore_run_all(&work, error);
	catalog_snapshot_unref(work.now);
	scratch_dump_programs_free(work.programs);
	return done;
}
