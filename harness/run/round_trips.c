/* Every migration up, down and up again. */
#include "run/stage.h"

#include "check/round_trip.h"

bool
run_round_trips_wanted(const RunJob *job)
{
	return job->database->rollback != SUITE_ROLLBACK_NONE;
}

/* A migration without a down: a skipped case, or a failed one where the suite requires downs. */
static void
report_no_down(RunStage *stage, const Migration *migration)
{
	g_autoptr(ReportCase)
	    test_case = run_stage_case(stage, "round trip", migration->name, migration_script_position(migration->up));

	if (migration->irreversible != NULL)
		report_case_set(test_case, REPORT_SKIPPED, "declared irreversible: %s", migration->irreversible);
	else if (migration->kind == MIGRATION_REPEATABLE)
		report_case_set(test_case, REPORT_SKIPPED, "a repeatable migration has no down");
	else if (stage->job->database->rollback == SUITE_ROLLBACK_REQUIRED)
		report_case_set(test_case, REPORT_FAILED,
		                "migration \"%s\" has no down, and the suite says \"rollback: required\"\n"
		                "hint: add a down, or \"-- Rollback:\" at the head of the file",
		                migration->name);
	else
		report_case_set(test_case, REPORT_SKIPPED, "migration \"%s\" has no down", migration->name);
	run_stage_report(g_steal_pointer(&test_case), stage);
}

/* Applies a migration that has no down. The forward stage has done that already, so that it does not fail here. */
static bool
apply(RunStage *stage, const Migration *migration, CatalogSnapshot **ret_after, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!db_session_reset(stage->workspace.session, error) ||
	    !migration_runner_apply(stage->workspace.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed) {
		ReportCase *test_case = run_stage_case(stage, "round trip", migration->name, outcome.position);
		report_case_set(test_case, REPORT_ERRORED, "\"%s\" fails, but did not in the forward stage: %s\n%s",
		                migration->name, outcome.message, outcome.details);
		run_stage_report(test_case, stage);
		return true;
	}
	*ret_after = check_workspace_snapshot(&stage->workspace, error);
	return *ret_after != NULL;
}

static bool
round_trip(RunStage *stage, const Migration *migration, const CatalogSnapshot *before, CatalogSnapshot **ret_after,
           GError **error)
{
	gint64 start = g_get_monotonic_time();

	if (migration->down == NULL) {
		report_no_down(stage, migration);
		return apply(stage, migration, ret_after, error);
	}
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "round trip", migration->name,
	                                                 migration_script_position(migration->down));
	const CheckRoundTrip trip = {
		.workspace = &stage->workspace, .migration = migration, .before = before, .test_case = test_case
	};
	if (!check_round_trip(&trip, ret_after, error))
		return false;
	if (test_case->status == REPORT_PASSED &&
	    run_job_declared(stage->job, stage->job->database->irreversible, migration) != NULL)
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" is declared irreversible, but its down restores everything\n"
		                "hint: take it out of \"irreversible\"",
		                migration->name);
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}

bool
run_round_trips(RunStage *stage, GError **error)
{
	const GPtrArray *migrations = stage->job->set->migrations;

	if (!check_workspace_open(&stage->workspace, "round trips", error))
		return false;
	g_autoptr(CatalogSnapshot) before = check_workspace_snapshot(&stage->workspace, error);
	if (before == NULL)
		return false;
	for (guint i = 0; i < migrations->len && run_history_wait(stage->history, i); i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		CatalogSnapshot *after = NULL;
		run_stage_progress(stage, "round trip %s", migration->name);
		if (!round_trip(stage, migration, before, &after, error))
			return false;
		catalog_snapshot_unref(before);
		before = after;
		/* Without it the database is not where the next migration begins; the case has told why. */
		if (after == NULL)
			return true;
	}
	return true;
}
