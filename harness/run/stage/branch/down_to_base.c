/* All new migrations down again, in reverse: the database is at the base then, as before. */
#include "run/stage/branch/branch.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/schema/differences.h"
#include "rows/state/triggers.h"
#include "run/job/declared.h"
#include "run/stage/work/rows.h"

#define STAGE "down to the base"

typedef struct {
	RunStage *stage;
	CatalogSnapshot *catalog; /* before the first up */
	RowsState *rows;          /* the same of its rows; NULL: they are not compared */
	bool filled;
	const Migration *failed; /* whose up or down does not work; NULL: none */
	MigrationOutcome outcome;
} RunDown;

bool
run_down_to_base_is_wanted(const RunJob *job)
{
	return job->base != NULL && !job->base->idle && job->database->rollback != SUITE_ROLLBACK_NONE;
}

static ReportCase *
down_new_case(const RunStage *stage)
{
	return run_stage_case(stage, STAGE, "all new migrations, in reverse",
	                      (SourcePosition){ .path = stage->job->set->directory });
}

/* The first one that has no way back; NULL: all have one. */
static const Migration *
down_find_without(const RunStage *stage)
{
	for (guint i = 0; i < stage->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i);
		if (migration->down == NULL)
			return migration;
	}
	return NULL;
}

/* Rows that a down may lose are not compared. */
static bool
down_compares_rows(const RunStage *stage)
{
	const RunJob *job = stage->job;

	for (guint i = 0; i < stage->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i);
		if (run_job_declared(job, job->database->lossy, migration) != NULL ||
		    run_job_declared(job, job->database->changes, migration) != NULL)
			return false;
	}
	return true;
}

/* --- Up and down --------------------------------------------------------------------- */

static bool
down_apply(RunDown *work, const Migration *migration, MigrationDirection direction, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	migration_outcome_clear(&work->outcome);
	if (!db_session_reset(workspace->session, error) ||
	    !migration_runner_apply(workspace->runner, migration, direction, &work->outcome, error))
		return false;
	if (work->outcome.failed)
		work->failed = migration;
	return true;
}

/* A tool that runs the migrations itself is started once for all of them. Its failure counts for the first one that is
 * not applied. */
static bool
down_run_all_up(RunDown *work, GError **error)
{
	guint n_applied = 0;

	run_stage_progress(work->stage, STAGE ": all up");
	return db_session_reset(work->stage->workspace.session, error) &&
	       migration_runner_migrate(work->stage->workspace.runner, &n_applied, &work->failed, &work->outcome,
	                                error);
}

/* True if an earlier step has taken it back: the down of a merge takes back all that it merges. */
static bool
down_is_done(RunDown *work, const Migration *migration, bool *ret_done, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(work->stage->workspace.runner, error);

	*ret_done = applied != NULL && !g_hash_table_contains(applied, migration->name);
	return applied != NULL;
}

static bool
down_run(RunDown *work, MigrationDirection direction, GError **error)
{
	const GPtrArray *migrations = work->stage->migrations;
	bool external = migration_set_is_external(work->stage->job->set);
	bool done = false;

	if (external && direction == MIGRATION_UP)
		return down_run_all_up(work, error);
	for (guint i = 0; i < migrations->len && work->failed == NULL; i++) {
		guint index = direction == MIGRATION_UP ? i : migrations->len - 1 - i;
		const Migration *migration = g_ptr_array_index(migrations, index);
		run_stage_progress(work->stage, STAGE ": %s", migration->name);
		if (external && !down_is_done(work, migration, &done, error))
			return false;
		if (!done && !down_apply(work, migration, direction, error))
			return false;
	}
	return true;
}

static bool
down_begin(RunDown *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	if (!check_workspace_open(workspace, STAGE, error) ||
	    !run_stage_rows_add_plausible(work->stage, workspace, &work->filled, error))
		return false;
	work->catalog = check_workspace_snapshot(workspace, error);
	if (work->catalog == NULL)
		return false;
	if (down_compares_rows(work->stage))
		work->rows = rows_state_read(workspace->session, workspace->exclusions, error);
	return !down_compares_rows(work->stage) || work->rows != NULL;
}

/* --- Judging --------------------------------------------------------------------------- */

static void
down_find_schema(const RunDown *work, const CatalogSnapshot *found, CheckFindings *findings)
{
	const CatalogDiffOptions options = {
		.ignore_column_position = !work->stage->job->database->strict_column_order
	};
	g_autoptr(GArray) differences = catalog_diff(work->catalog, found, &options);

	check_differences_normalise_array_casts(differences);
	for (guint i = 0; i < differences->len; i++) {
		g_autofree char *text = catalog_difference_describe(&g_array_index(differences, CatalogDifference, i));
		check_findings_add(findings, text, text);
	}
}

static bool
down_find_rows(const RunDown *work, CheckFindings *findings, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	if (work->rows == NULL)
		return true;
	g_autoptr(RowsState) now = rows_state_read_as(workspace->session, work->rows, error);
	if (now == NULL)
		return false;
	g_autoptr(GPtrArray) differences = rows_state_compare(work->rows, now);
	g_autofree char *left_out = NULL;
	if (!rows_triggers_leave_out(workspace->session, work->rows, differences, NULL, &left_out, error))
		return false;
	for (guint i = 0; i < differences->len; i++) {
		g_autofree char *text = rows_difference_describe(g_ptr_array_index(differences, i));
		check_findings_add(findings, text, text);
	}
	return true;
}

static bool
down_compare(const RunDown *work, ReportCase *test_case, GError **error)
{
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(&work->stage->workspace, error);
	g_auto(CheckFindings) findings = { 0 };

	if (found == NULL)
		return false;
	down_find_schema(work, found, &findings);
	if (!down_find_rows(work, &findings, error))
		return false;
	if (findings.n > 0) {
		g_autofree char *all = g_strndup(findings.all->str, findings.shown);
		g_autofree char *more = findings.n > 1 ? g_strdup_printf(", and %u more", findings.n - 1)
		                                       : g_strdup("");
		report_case_set(test_case, REPORT_FAILED,
		                "after the downs of all %u new migrations, the database is not as it was at the base: "
		                "%s%s\n%s",
		                work->stage->migrations->len, findings.first, more, all);
		return true;
	}
	report_case_set(test_case, REPORT_PASSED, "%u down: the schema%s of the base", work->stage->migrations->len,
	                work->rows != NULL ? " and the rows" : "");
	return true;
}

static void
down_report_failure(const RunDown *work, bool down, ReportCase *test_case)
{
	if (!down) {
		report_case_set(test_case, REPORT_SKIPPED, "not run, because \"%s\" fails on tables that have rows",
		                work->failed->name);
		return;
	}
	report_case_set(test_case, REPORT_FAILED,
	                "the down of \"%s\" fails when all new migrations go down in reverse: %s\n%s",
	                work->failed->name, work->outcome.message, work->outcome.details);
	test_case->position = work->outcome.position;
	test_case->statement = g_strdup(work->outcome.statement);
}

static bool
down_prove(RunDown *work, ReportCase *test_case, GError **error)
{
	if (!down_begin(work, error) || !down_run(work, MIGRATION_UP, error))
		return false;
	if (work->failed != NULL) {
		down_report_failure(work, false, test_case);
		return true;
	}
	if (!down_run(work, MIGRATION_DOWN, error))
		return false;
	if (work->failed == NULL)
		return down_compare(work, test_case, error);
	down_report_failure(work, true, test_case);
	return true;
}

/* --- The stage ---------------------------------------------------------------------------- */

/* For a single migration, the round trip proves the same. */
bool
run_down_to_base(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) end = run_progress_wait_end(stage->history);
	RunDown work = { .stage = stage };
	gint64 start = g_get_monotonic_time();

	if (end == NULL)
		return base_interrupt_check(error);
	if (stage->migrations->len < 2)
		return true;
	g_autoptr(ReportCase) test_case = down_new_case(stage);
	const Migration *without = down_find_without(stage);
	bool done = true;
	if (without != NULL)
		report_case_set(test_case, REPORT_SKIPPED, "not run, because \"%s\" has no down", without->name);
	else
		done = down_prove(&work, test_case, error);
	catalog_snapshot_unref(work.catalog);
	rows_state_unref(work.rows);
	migration_outcome_clear(&work.outcome);
	if (!done)
		return false;
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}
