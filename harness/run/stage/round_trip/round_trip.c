/* Every migration up, down and up again, on tables with rows. */
#include "run/stage/round_trip/round_trip_private.h"

#include "check/changes/changes.h"
#include "check/proof/surroundings.h"
#include "run/job/declared.h"

/* An up that has to do with no more rows than we make does not end, when it takes longer. Seconds. */
#define LIMIT_ON_ROWS 120

/* Fewer are proved before another part has come to where it begins. */
#define PART_MIGRATIONS 100

bool
run_round_trips_wanted(const RunJob *job)
{
	const SuiteDatabase *database = job->database;

	return database->rollback != SUITE_ROLLBACK_NONE || database->rows > 0 || database->data->len > 0;
}

/* Rows have to live through all migrations before; where there are none, a part can begin anywhere. */
guint
run_round_trips_parts(const RunJob *job, guint most)
{
	const SuiteDatabase *database = job->database;

	if (database->rows > 0 || database->data->len > 0)
		return 1;
	return CLAMP(job->set->migrations->len / PART_MIGRATIONS, 1, most);
}

guint
run_round_trips_begin(guint n_migrations, guint part, guint n_parts)
{
	return n_migrations * part / n_parts;
}

static const char *
declared_irreversible(const RunRoundTrips *work, const Migration *migration)
{
	const RunJob *job = work->stage->job;
	const char *declared = run_job_declared(job, job->database->irreversible, migration);

	return declared != NULL ? declared : migration->irreversible;
}

/* --- One migration --------------------------------------------------------- */

static void
fail_without_down(const MigrationSet *set, const Migration *migration, ReportCase *test_case)
{
	g_autofree char *place = migration_set_describe_down(set);
	g_autofree char *hint =
	    place != NULL
		? g_strdup_printf("write it (%s), or declare the migration under \"irreversible\" with the "
	                          "reason",
	                          place)
		: g_strdup("the tool has no downs: declare the migration under \"irreversible\" with the reason, "
	                   "or prove your backups, with \"rollback: restore\"");

	report_case_set(test_case, REPORT_FAILED,
	                "migration \"%s\" has no down, and the suite says \"rollback: required\"\nhint: %s",
	                migration->name, hint);
}

/* A migration without a down: a skipped case, or a failed one where the suite requires downs. */
static ReportCase *
case_without_down(const RunRoundTrips *work, const Migration *migration)
{
	ReportCase *test_case = run_stage_case(work->stage, "round trip", migration->name,
	                                       migration_script_position(migration->up));
	const char *declared = declared_irreversible(work, migration);

	if (declared != NULL)
		report_case_set(test_case, REPORT_SKIPPED, "declared irreversible: %s", declared);
	else if (migration->kind == MIGRATION_REPEATABLE)
		report_case_set(test_case, REPORT_SKIPPED, "a repeatable migration has no down");
	else if (work->stage->job->database->rollback == SUITE_ROLLBACK_REQUIRED)
		fail_without_down(work->stage->job->set, migration, test_case);
	else if (work->stage->job->database->rollback == SUITE_ROLLBACK_RESTORE)
		report_case_set(test_case, REPORT_SKIPPED, "no down; its backup is proved in the stage restore");
	else if (migration->down_unwritten)
		report_case_set(test_case, REPORT_SKIPPED,
		                "no down is written: %s takes it back by doing nothing, and its schema stays",
		                migration_set_format_title(work->stage->job->set));
	else
		report_case_set(test_case, REPORT_SKIPPED,
		                migration->lost_down ? "its down has no statement" : "it has no down");
	return test_case;
}

/* A down that is declared irreversible may fail, and must. */
static void
judge_declared(const Migration *migration, const char *declared, ReportCase *test_case)
{
	if (declared == NULL || (test_case->status != REPORT_PASSED && test_case->status != REPORT_FAILED))
		return;
	if (test_case->status == REPORT_PASSED) {
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" is declared irreversible, but its down restores everything\n"
		                "hint: take it out of \"irreversible\"",
		                migration->name);
	} else {
		g_autofree char *found = g_strdup(test_case->message);
		report_case_set(test_case, REPORT_SKIPPED, "declared irreversible: %s\nfound: %s", declared, found);
	}
}

/* The case is the caller's to report. */
static bool
stage_round_trip_prove(RunRoundTrips *work, const Migration *migration, CheckAfter *ret_after, ReportCase **ret_case,
                       GError **error)
{
	RunStage *stage = work->stage;
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "round trip", migration->name,
	                                                 migration_script_position(migration->down));
	const CheckRoundTrip trip = {
		.workspace = &stage->workspace,
		.migration = migration,
		.before = work->now.catalog,
		.rows = work->now.rows,
		.strict_column_order = stage->job->database->strict_column_order,
		.around = work->around,
		.lossy = run_job_declared(stage->job, stage->job->database->lossy, migration),
		.test_case = test_case,
	};

	run_stage_progress_migration(stage, migration);
	if (!check_round_trip(&trip, ret_after, error))
		return false;
	/* It may be proved twice, on other rows. */
	work->n_reordered += ret_after->reordered && work->reordered != migration;
	if (ret_after->reordered)
		work->reordered = migration;
	if (!ret_after->failure.failed)
		judge_declared(migration, declared_irreversible(work, migration), test_case);
	test_case->duration = g_get_monotonic_time() - start;
	*ret_case = g_steal_pointer(&test_case);
	return true;
}

/* --- The history ----------------------------------------------------------- */

/* Applies those before this index to a fresh database, without proof. */
static bool
stage_round_trip_advance(RunRoundTrips *work, guint index, guint *ret_failed, MigrationOutcome *outcome, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	for (guint i = 0; i < index; i++) {
		migration_outcome_clear(outcome);
		if (!db_session_reset(workspace->session, error) ||
		    !migration_runner_apply(workspace->runner, g_ptr_array_index(work->stage->migrations, i),
		                            MIGRATION_UP, outcome, error))
			return false;
		*ret_failed = i;
		if (outcome->failed)
			return true;
	}
	return true;
}

/* Applies the migration, with proof or without; *ret_case is what to report of its round trip, or NULL. */
static bool
stage_round_trip_apply(RunRoundTrips *work, const Migration *migration, CheckAfter *ret_after, ReportCase **ret_case,
                       GError **error)
{
	if (work->stage->job->database->rollback == SUITE_ROLLBACK_NONE)
		return check_apply(&work->stage->workspace, migration, work->now.rows, ret_after, error);
	if (migration->down != NULL)
		return stage_round_trip_prove(work, migration, ret_after, ret_case, error);
	if (!check_apply(&work->stage->workspace, migration, work->now.rows, ret_after, error))
		return false;
	*ret_case = case_without_down(work, migration);
	return true;
}

/* Goes on after the migration: its new tables get rows, and then its other effects can be tested. */
static bool
take_after(RunRoundTrips *work, const Migration *migration, bool fills, CheckAfter *after, GError **error)
{
	g_auto(CheckAfter) before = work->now;
	g_auto(CheckAfter) behind = { .catalog = catalog_snapshot_ref(after->catalog),
		                      .lossy_unused = after->lossy_unused,
		                      .untouched = g_steal_pointer(&after->untouched),
		                      .changes = g_steal_pointer(&after->changes) };

	if (after->rows != NULL)
		behind.rows = rows_state_ref(after->rows);
	work->now = *after;
	*after = (CheckAfter){ 0 };
	run_round_trips_note_ignored(work);
	if (fills && !run_round_trips_add_rows(work, migration, error))
		return false;
	const RunRowStep step = {
		.migration = migration, .before = &before, .after = &behind, .filled = work->now.rows
	};
	return work->now.rows == NULL || run_row_proofs_step(work->proofs, &step, error);
}

/* Goes over the migration, of which *ret_case is the round trip, or NULL; *ret_failure is its failure, if any. With
 * `ret_duplicates`, it stops behind the up where this has deleted rows that its new key does not allow: true then. */
static bool
go_on(RunRoundTrips *work, const Migration *migration, bool fills, ReportCase **ret_case, MigrationOutcome *ret_failure,
      bool *ret_duplicates, GError **error)
{
	g_auto(CheckAfter) after = { 0 };

	if (!stage_round_trip_apply(work, migration, &after, ret_case, error))
		return false;
	if (after.failure.failed) {
		*ret_failure = after.failure;
		after.failure = (MigrationOutcome){ 0 };
		return true;
	}
	g_autofree char *deleted = ret_duplicates != NULL ? run_round_trips_describe_duplicates(work, &after) : NULL;
	if (deleted != NULL)
		*ret_duplicates = true;
	return deleted != NULL || take_after(work, migration, fills, &after, error);
}

/* Runs it on tables without rows. Rows are generated again afterwards; those of the suite are not. */
static bool
go_on_without_rows(RunRoundTrips *work, const Migration *migration, ReportCase **ret_case, GError **error)
{
	g_auto(MigrationOutcome) failure = { 0 };

	if (work->stopped)
		return true;
	if (!go_on(work, migration, work->stage->job->database->data->len == 0, ret_case, &failure, NULL, error))
		return false;
	work->stopped = failure.failed;
	return true;
}

bool
run_round_trips_with_plausible(RunRoundTrips *work, const Migration *migration, const MigrationOutcome *failure,
                               CheckPlausibleRows *ret_rows, ReportCase **ret_case, bool *ret_duplicates,
                               GError **error)
{
	g_auto(MigrationOutcome) again = { 0 };
	const CheckPlausible plausible = {
		.workspace = &work->stage->workspace,
		.migration = migration,
		.n_rows = work->stage->job->database->rows,
		.all = failure == NULL,
		.message = failure != NULL ? failure->message : NULL,
		.sqlstate = failure != NULL ? failure->sqlstate : NULL,
		.statement = failure != NULL ? failure->statement : NULL,
	};

	if (work->stopped || !run_round_trips_generates(work))
		return true;
	if (!check_plausible_find(&plausible, work->filled, work->unfilled, ret_rows, error))
		return false;
	if (!ret_rows->found)
		return true;
	g_autoptr(RowsState) empty = rows_state_ref(work->now.rows);
	if (!(ret_rows->catalog_stays ? run_round_trips_read_rows(work, error)
	                              : run_round_trips_read_state(work, true, error)))
		return false;
	const RunRowBeginning beginning = {
		.rows = empty, .filled = work->now.rows, .catalog = work->now.catalog, .next = migration
	};
	if (!run_row_proofs_begin(work->proofs, &beginning, error) ||
	    !go_on(work, migration, true, ret_case, &again, ret_duplicates, error))
		return false;
	ret_rows->found = !again.failed;
	return true;
}

/* A few unusual rows have failed the round trip, or the up has deleted rows that its new key does not allow (`deleted`,
 * else NULL); it is tried on other rows, to see whether realistic ones fail, too. *test_case is then the case to
 * report. */
static bool
look_again(RunRoundTrips *work, guint index, const char *deleted, ReportCase **test_case, GError **error)
{
	const Migration *migration = g_ptr_array_index(work->stage->migrations, index);
	g_auto(CheckPlausibleRows) rows = { 0 };
	g_autoptr(ReportCase) second = NULL;

	if (!run_round_trips_rebuild(work, index, error) ||
	    !run_round_trips_with_plausible(work, migration, NULL, &rows, &second, NULL, error))
		return false;
	if (!rows.found)
		return go_on_without_rows(work, migration, &second, error);
	if (second == NULL)
		return true;
	report_case_note(second, "%s: %s",
	                 deleted != NULL ? "it deletes rows that its new key does not allow"
	                                 : "it is wrong on rows that the schema allows",
	                 deleted != NULL ? deleted : (*test_case)->message);
	g_clear_pointer(test_case, report_case_free);
	*test_case = g_steal_pointer(&second);
	return true;
}

/* The forward stage has applied the migration, so a failure here is caused by the rows. */
static bool
failed_on_rows(RunRoundTrips *work, guint index, const MigrationOutcome *failure, gint64 duration, GError **error)
{
	const Migration *migration = g_ptr_array_index(work->stage->migrations, index);
	g_auto(CheckPlausibleRows) plausible = { 0 };
	ReportCase *trip = NULL;

	/* The sentence about the rows needs them. */
	g_autoptr(ReportCase) fails = run_round_trips_rows_case(work, migration, failure, NULL, duration);
	bool emptied = false;
	if (!run_stage_hold(work->stage, fails, error) || !run_round_trips_go_back(work, index, &emptied, error) ||
	    (!emptied && !run_round_trips_rebuild(work, index, error)) ||
	    !run_round_trips_without_duplicates(work, index, failure, &plausible, &trip, error))
		return false;
	if (plausible.found) {
		if (trip != NULL)
			run_stage_report(trip, work->stage);
		run_stage_report(run_round_trips_rows_case(work, migration, failure, &plausible, duration),
		                 work->stage);
		return true;
	}
	if (!go_on_without_rows(work, migration, &trip, error))
		return false;
	run_round_trips_add_blocked(work, migration, failure, &plausible, fails);
	run_round_trips_report_on_empty(work, migration, trip);
	run_stage_report(g_steal_pointer(&fails), work->stage);
	return true;
}

static bool
stage_round_trip_failed(RunRoundTrips *work, guint index, const MigrationOutcome *failure, gint64 duration,
                        GError **error)
{
	const Migration *migration = g_ptr_array_index(work->stage->migrations, index);

	if (work->now.rows != NULL && rows_state_total(work->now.rows) > 0)
		return failed_on_rows(work, index, failure, duration, error);
	ReportCase *test_case = run_stage_case(work->stage, "round trip", migration->name, failure->position);
	report_case_set(test_case, REPORT_ERRORED, "\"%s\" fails, but did not in the forward stage: %s\n%s",
	                migration->name, failure->message, failure->details);
	run_stage_report(test_case, work->stage);
	work->stopped = true;
	return true;
}

/* Both cases are about one piece of work: the up counts as that on rows, the rest as the round trip. The time of the
 * case about rows. */
static gint64
share_duration(ReportCase *trip, gint64 whole, gint64 up)
{
	if (trip == NULL || trip->duration == 0)
		return whole;
	gint64 part = MIN(up, trip->duration);
	trip->duration -= part;
	return part;
}

static bool
stage_round_trip_next(RunRoundTrips *work, guint index, GError **error)
{
	RunStage *stage = work->stage;
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	bool has_rows = work->now.rows != NULL && rows_state_total(work->now.rows) > 0;
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase) test_case = NULL;
	g_auto(CheckAfter) after = { 0 };

	if (!stage_round_trip_apply(work, migration, &after, &test_case, error))
		return false;
	/* A migration that fails in the forward stage too is that stage's to report. */
	if (after.failure.failed && !run_progress_wait(stage->history, index)) {
		work->stopped = true;
		return true;
	}
	if (after.failure.failed)
		return stage_round_trip_failed(work, index, &after.failure, g_get_monotonic_time() - start, error);
	gint64 duration = g_get_monotonic_time() - start;
	if (has_rows)
		duration = share_duration(test_case, duration, after.up_duration);
	/* What the up has cut is not due to unusual rows; a number without room when it is rounded may be. */
	bool doubtful = after.few_rows_decide && test_case != NULL && test_case->status == REPORT_FAILED &&
	                run_round_trips_generates(work) && !check_changes_cut(after.changes, !after.down_refused);
	g_autofree char *deleted = doubtful ? NULL : run_round_trips_describe_duplicates(work, &after);
	if ((doubtful || deleted != NULL) && !look_again(work, index, deleted, &test_case, error))
		return false;
	if (test_case != NULL)
		run_stage_report(g_steal_pointer(&test_case), stage);
	/* An exception from rows is reported even if there are no rows. */
	if (has_rows || run_job_declared(stage->job, stage->job->database->rows_except, migration) != NULL)
		run_stage_report(run_round_trips_rows_case(work, migration, NULL, NULL, duration), stage);
	return doubtful || deleted != NULL || take_after(work, migration, true, &after, error);
}

/* Goes to the beginning of the part; the parts before it prove these migrations. */
static bool
skip_to(RunRoundTrips *work, guint first, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	guint place = 0;

	if (!stage_round_trip_advance(work, first, &place, &outcome, error))
		return false;
	work->stopped = outcome.failed;
	return !outcome.failed || !run_progress_wait(work->stage->history, place) ||
	       stage_round_trip_failed(work, place, &outcome, outcome.duration, error);
}

/* Opens a database on which the part begins: a copy of the forward stage's, where there is one. */
static bool
open_at(RunRoundTrips *work, guint first, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	workspace->database = run_progress_wait_copy(work->stage->history, first);
	if (workspace->database != NULL)
		return check_workspace_connect(workspace, error);
	return check_workspace_open(workspace, "round trips", error) && skip_to(work, first, error);
}

static bool
stage_round_trip_begin(RunRoundTrips *work, guint first, GError **error)
{
	RunStage *stage = work->stage;
	const SuiteDatabase *database = stage->job->database;
	bool with_rows = database->rows > 0 || database->data->len > 0;

	if (with_rows)
		stage->workspace.limit = LIMIT_ON_ROWS;
	if (!open_at(work, first, error))
		return false;
	if (work->stopped)
		return true;
	if (!run_round_trips_read_state(work, with_rows, error) || !with_rows)
		return work->now.catalog != NULL;
	g_autoptr(RowsState) rows = rows_state_ref(work->now.rows);
	if (run_job_begins_later(stage->job) && !run_round_trips_add_rows(work, NULL, error))
		return false;
	const RunRowBeginning beginning = { .rows = rows, .filled = work->now.rows };
	return run_row_proofs_begin(work->proofs, &beginning, error);
}

static bool
stage_round_trip_run_all(RunRoundTrips *work, GError **error)
{
	const RunStage *stage = work->stage;
	guint n = stage->migrations->len;
	guint first = run_round_trips_begin(n, stage->part, stage->n_parts);
	guint end = run_round_trips_begin(n, stage->part + 1, stage->n_parts);

	if (!stage_round_trip_begin(work, first, error))
		return false;
	for (guint i = first; i < end && !work->stopped; i++)
		if (!stage_round_trip_next(work, i, error))
			return false;
	run_round_trips_report_column_order(work);
	if (!work->stopped) {
		run_round_trips_report_unfilled(work);
		run_round_trips_report_ignored(work);
		run_row_proofs_end(work->proofs);
	}
	return true;
}

/* Passes the statements of the migrations on as hints, so that statements with a condition find rows that satisfy
 * it. */
static void
stage_round_trip_add_hints(RunRoundTrips *work)
{
	for (guint i = 0; run_round_trips_generates(work) && i < work->stage->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(work->stage->migrations, i);
		const GPtrArray *statements = migration_script_statements(migration->up);
		for (guint j = 0; j < statements->len; j++)
			rows_filled_add_hint(work->filled,
			                     ((const MigrationStatement *)g_ptr_array_index(statements, j))->sql);
	}
}

bool
run_round_trips(RunStage *stage, GError **error)
{
	g_autoptr(RunRowProofs) proofs = run_row_proofs_new(stage);
	g_autoptr(GHashTable) ignored = g_hash_table_new(NULL, NULL);
	RunRoundTrips work = {
		.stage = stage,
		.ignored = ignored,
		.around = check_surroundings_in_set(stage->job->set),
		.filled = rows_filled_new(),
		.proofs = proofs,
		.unfilled = rows_unfilled_list_new(),
	};

	stage_round_trip_add_hints(&work);
	bool done = stage_round_trip_run_all(&work, error);

	check_workspace_close_last(&work.twin.workspace);
	check_after_clear(&work.now);
	rows_filled_free(work.filled);
	g_ptr_array_unref(work.unfilled);
	return done;
}
