#include "check/proof/round_trip_private.h"

#include "base/interrupt.h"
#include "check/proof/hidden.h"
#include "check/proof/losses.h"
#include "check/proof/shared_objects.h"
#include "check/workspace/sequences.h"
#include "db/sqlstate.h"

/* --- Steps --------------------------------------------------------------- */

const char *const check_step_names[] = { "the up", "the down", "the up after the down" };

static const char *const step_hints[] = {
	"",
	("\nhint: write the down for the schema that the up leaves; where nothing can undo it, "
	 "name the migration under \"irreversible\" in the suite, with the reason"),
	"\nhint: let the down undo all that the up makes, or let the up work when that is there already",
};

static void
set_script_failure(ReportCase *test_case, const Migration *migration, CheckStep step, const MigrationOutcome *outcome)
{
	report_case_set(test_case, REPORT_FAILED, "%s of \"%s\" fails: %s\n%s%s", check_step_names[step],
	                migration->name, outcome->message, outcome->details, step_hints[step]);
	test_case->position = outcome->position;
	g_free(test_case->statement);
	test_case->statement = g_strdup(outcome->statement);
}

static bool
apply_step(CheckAttempt *attempt, CheckStep step, MigrationOutcome *outcome, GError **error)
{
	MigrationRunner *runner = attempt->workspace->runner;
	const CheckRoundTrip *trip = attempt->trip;

	if (step == CHECK_STEP_UP && trip->rows != NULL)
		return check_apply_watched(attempt->apply, runner, trip->migration, outcome, &attempt->after, error);
	return attempt->apply(runner, trip->migration, step == CHECK_STEP_DOWN ? MIGRATION_DOWN : MIGRATION_UP, outcome,
	                      error);
}

/* A value or a row was refused: others may be taken. */
static bool
is_about_data(const MigrationOutcome *outcome)
{
	return outcome->sqlstate != NULL &&
	       (g_str_has_prefix(outcome->sqlstate, DB_SQLSTATE_CLASS_DATA_EXCEPTION) ||
	        g_str_has_prefix(outcome->sqlstate, DB_SQLSTATE_CLASS_INTEGRITY_CONSTRAINT));
}

/* Runs a step and gives the catalog after it; NULL with *error, or when the script fails: then the case says how, or
 * for the first up attempt->after.failure. */
static CatalogSnapshot *
run_step(CheckAttempt *attempt, CheckStep step, GError **error)
{
	const Migration *migration = attempt->trip->migration;
	g_auto(MigrationOutcome) outcome = { 0 };

	/* Each step is a separate run of the tool, so settings of the previous step are reset. */
	if (!db_session_reset(attempt->workspace->session, error) || !apply_step(attempt, step, &outcome, error))
		return NULL;
	if (step == CHECK_STEP_UP)
		attempt->after.up_duration = outcome.duration;
	if (!outcome.failed) {
		if (!attempt->in_transaction || step == CHECK_STEP_UP)
			return check_workspace_snapshot(attempt->workspace, error);
		const CatalogReadHints hints = {
			.nothing_rolled_back = !check_script_goes_back(step == CHECK_STEP_DOWN ? migration->down
			                                                                       : migration->up),
			.expected = step == CHECK_STEP_DOWN ? attempt->origin : NULL,
		};
		return check_workspace_snapshot_with(attempt->workspace, &hints, error);
	}
	attempt->doubtful |= !check_failure_is_plain(&outcome);
	if (step == CHECK_STEP_UP) {
		attempt->after.failure = outcome;
		outcome = (MigrationOutcome){ 0 };
	} else {
		set_script_failure(attempt->test_case, migration, step, &outcome);
		attempt->after.few_rows_decide = step == CHECK_STEP_DOWN && is_about_data(&outcome);
		attempt->after.down_refused = attempt->after.few_rows_decide;
	}
	return NULL;
}

/* --- Up, down, up ---------------------------------------------------------- */

/* *ret_right is whether the down restores everything. */
static bool
run_down(CheckAttempt *attempt, const DbResult *sequences, bool *ret_right, GError **error)
{
	GError *cause = NULL;
	g_autoptr(CatalogSnapshot) restored = run_step(attempt, CHECK_STEP_DOWN, &cause);
	g_auto(CheckFindings) findings = { 0 };
	g_auto(CheckFindings) set_back = { 0 };

	*ret_right = false;
	if (restored == NULL) {
		if (cause != NULL)
			g_propagate_error(error, cause);
		return cause == NULL;
	}
	check_attempt_find_schema(attempt, CHECK_STEP_DOWN, attempt->trip->before, restored, &findings);
	/* Looking for rows that are lost may take everything back. What it finds weighs more, and comes first. */
	if (!check_attempt_find_sequences(attempt, sequences, &set_back, error) ||
	    !check_attempt_find_surroundings(attempt, CHECK_STEP_DOWN, &findings, error) ||
	    (attempt->trip->rows != NULL && !check_attempt_find_rows(attempt, &findings, error)))
		return false;
	if (set_back.n > 0)
		check_findings_add(&findings, set_back.first, set_back.all->str);
	if (findings.n > 0) {
		check_findings_report(&findings, attempt->test_case);
		attempt->test_case->position = migration_script_position(attempt->trip->migration->down);
	}
	attempt->after.few_rows_decide = findings.n == 1 && attempt->few_rows;
	*ret_right = findings.n == 0;
	return true;
}

static bool
run_up_again(CheckAttempt *attempt, GError **error)
{
	GError *cause = NULL;
	g_autoptr(CatalogSnapshot) again = run_step(attempt, CHECK_STEP_UP_AGAIN, &cause);
	g_auto(CheckFindings) findings = { 0 };

	if (again == NULL) {
		if (cause != NULL)
			g_propagate_error(error, cause);
		return cause == NULL;
	}
	check_attempt_find_schema(attempt, CHECK_STEP_UP_AGAIN, attempt->after.catalog, again, &findings);
	if (!check_attempt_find_surroundings(attempt, CHECK_STEP_UP_AGAIN, &findings, error))
		return false;
	check_findings_report(&findings, attempt->test_case);
	if (findings.n > 0)
		attempt->test_case->position = migration_script_position(attempt->trip->migration->up);
	attempt->right = findings.n == 0;
	return true;
}

/* Where a down is wrong, the up need not run once more. */
static bool
mark_up(CheckAttempt *attempt, GError **error)
{
	attempt->up_reading = catalog_reading_ref(attempt->workspace->last);
	attempt->up_is_there = true;
	return db_session_execute(attempt->workspace->session, "SAVEPOINT pgassay_up", error);
}

/* Gives false with *error only when nothing can go on. */
static bool
run_steps(CheckAttempt *attempt, const DbResult *sequences, GError **error)
{
	GError *cause = NULL;
	bool right;

	attempt->sequences = sequences;
	if (attempt->workspace->last != NULL)
		attempt->origin = catalog_reading_ref(attempt->workspace->last);
	attempt->origin_is_committed = attempt->workspace->last_is_committed;
	if (!check_attempt_read_surroundings(attempt, CHECK_STEP_UP, error))
		return false;
	attempt->after.catalog = run_step(attempt, CHECK_STEP_UP, &cause);
	if (cause != NULL)
		g_propagate_error(error, cause);
	if (attempt->after.catalog == NULL)
		return cause == NULL;
	if (!check_attempt_read_surroundings(attempt, CHECK_STEP_DOWN, error) ||
	    (attempt->in_transaction && !mark_up(attempt, error)) || !run_down(attempt, sequences, &right, error))
		return false;
	return !right || run_up_again(attempt, error);
}

/* --- Attempts ------------------------------------------------------------ */

/* For one more try. */
static void
attempt_clear(CheckAttempt *attempt)
{
	check_after_clear(&attempt->after);
	g_clear_pointer(&attempt->losses, g_ptr_array_unref);
	g_clear_pointer(&attempt->origin, catalog_reading_unref);
	g_clear_pointer(&attempt->up_reading, catalog_reading_unref);
	attempt->up_is_there = false;
	for (gsize i = 0; i < G_N_ELEMENTS(attempt->around); i++)
		g_clear_pointer(&attempt->around[i], check_surroundings_free);
	attempt->right = false;
	attempt->doubtful = false;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckAttempt, attempt_clear)

static bool in_transaction(CheckAttempt *attempt, GError **error);

/* Also restores the last reading from before the up, because later ones are no longer valid. */
static bool
roll_back(CheckAttempt *attempt, const DbResult *sequences, GError **error)
{
	CheckWorkspace *workspace = attempt->workspace;

	if (attempt->origin != NULL) {
		catalog_reading_unref(workspace->last);
		workspace->last = catalog_reading_ref(attempt->origin);
		workspace->last_is_committed = attempt->origin_is_committed;
	}
	return db_session_execute(workspace->session, "ROLLBACK", error) &&
	       check_sequences_restore(workspace->session, sequences, error);
}

/* Whether a fault found in a transaction certainly exists without one. For declared losses only the copy has
 * examples. */
static bool
is_sure(const CheckAttempt *attempt)
{
	return !attempt->doubtful && attempt->trip->lossy == NULL &&
	       check_transaction_hides_nothing(attempt->trip->migration);
}

/* Takes the wrong down back, and commits the up. *ret_done false: that is not how it goes, and nothing was committed;
 * the transaction may be open. */
static bool
keep_up(CheckAttempt *attempt, bool *ret_done, GError **error)
{
	CheckWorkspace *workspace = attempt->workspace;
	const RowsState *rows = attempt->trip->rows;

	*ret_done = false;
	if (!db_session_execute(workspace->session, "ROLLBACK TO SAVEPOINT pgassay_up; RELEASE SAVEPOINT pgassay_up",
	                        error))
		return false;
	/* Where the up has left them is not known when the down may have moved them, too. */
	g_autoptr(DbResult) sequences = check_sequences_read_used(workspace->session, error);
	if (sequences == NULL)
		return false;
	if (!check_sequences_are_same(attempt->sequences, sequences))
		return true;
	catalog_reading_unref(workspace->last);
	workspace->last = catalog_reading_ref(attempt->up_reading);
	workspace->last_is_committed = false;
	if (!check_apply_read_rows(workspace, rows, &attempt->after, error))
		return false;
	if (rows != NULL && check_changes_suspected(rows, attempt->after.rows, attempt->trip->migration->up))
		return true;
	*ret_done = check_workspace_commit(workspace, rows != NULL, NULL);
	if (*ret_done)
		check_workspace_note_commit(workspace);
	return *ret_done || db_session_transaction_state(workspace->session) == DB_TRANSACTION_IDLE ||
	       base_interrupt_check(error);
}

/* Rolls everything back, examines the effects of the up on rows, and begins again. */
static bool
examine_and_repeat(CheckAttempt *attempt, const DbResult *sequences, GError **error)
{
	const CheckRoundTrip *trip = attempt->trip;

	if (!roll_back(attempt, sequences, error))
		return false;
	g_autoptr(GPtrArray) changes = check_changes_examine(attempt->workspace, trip->migration, trip->rows,
	                                                     attempt->after.rows, error);
	if (changes == NULL)
		return false;
	attempt_clear(attempt);
	g_clear_pointer(&attempt->test_case->statement, g_free);
	g_clear_pointer(&attempt->test_case->notes, g_free);
	attempt->examined = true;
	if (!in_transaction(attempt, error))
		return false;
	if (attempt->right)
		attempt->after.changes = g_steal_pointer(&changes);
	return true;
}

/* The up stays where it is sure that the down is wrong; else nothing does. */
static bool
leave_wrong(CheckAttempt *attempt, const DbResult *sequences, GError **error)
{
	if (attempt->up_is_there && is_sure(attempt) && !keep_up(attempt, &attempt->up_stays, error))
		return false;
	return attempt->up_stays || roll_back(attempt, sequences, error);
}

static bool
in_transaction(CheckAttempt *attempt, GError **error)
{
	DbSession *session = attempt->workspace->session;

	attempt->apply = migration_runner_apply_within;
	attempt->in_transaction = true;
	g_autoptr(DbResult) sequences = check_sequences_read_used_and_begin(session, error);
	if (sequences == NULL || !run_steps(attempt, sequences, error))
		return false;
	if (!attempt->right)
		return leave_wrong(attempt, sequences, error);
	if (!check_apply_read_rows(attempt->workspace, attempt->trip->rows, &attempt->after, error))
		return false;
	if (attempt->after.rows != NULL && !attempt->examined &&
	    check_changes_suspected(attempt->trip->rows, attempt->after.rows, attempt->trip->migration->up))
		return examine_and_repeat(attempt, sequences, error);
	/* If the commit itself fails (a deferred trigger), the copy decides. */
	attempt->right = check_workspace_commit(attempt->workspace, attempt->after.rows != NULL, NULL);
	attempt->doubtful = !attempt->right;
	if (attempt->right)
		check_workspace_note_commit(attempt->workspace);
	return attempt->right || db_session_transaction_state(session) == DB_TRANSACTION_IDLE ||
	       base_interrupt_check(error);
}

static bool
on_copy(CheckAttempt *attempt, const GPtrArray *losses, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	const RowsState *rows = attempt->trip->rows;

	if (!check_workspace_clone(attempt->workspace, "round trip", &copy, error) ||
	    (rows != NULL && !check_losses_keep_rows(copy.session, rows, losses, error)))
		return false;
	g_autoptr(DbResult) sequences = check_sequences_read_used(copy.session, error);
	if (sequences == NULL)
		return false;
	attempt->workspace = &copy;
	attempt->apply = migration_runner_apply;
	bool done = run_steps(attempt, sequences, error);
	attempt->workspace = attempt->trip->workspace;
	return done;
}

/* The findings of the attempt are final: the migration's up stays, without proof. */
static bool
conclude(CheckAttempt *attempt, CheckAfter *ret_after, GError **error)
{
	const CheckRoundTrip *trip = attempt->trip;

	if (attempt->after.catalog == NULL) {
		ret_after->failure = attempt->after.failure;
		attempt->after.failure = (MigrationOutcome){ 0 };
		return true;
	}
	if (!check_apply(trip->workspace, trip->migration, trip->rows, ret_after, error))
		return false;
	ret_after->few_rows_decide = attempt->after.few_rows_decide;
	ret_after->down_refused = attempt->after.down_refused;
	ret_after->lossy_unused = attempt->after.lossy_unused;
	ret_after->reordered = attempt->after.reordered;
	return true;
}

/* Committed step by step as the tool would. */
static bool
on_copy_alone(CheckAttempt *attempt, const GPtrArray *losses, GError **error)
{
	const CheckWorkspace *workspace = attempt->workspace;
	g_autoptr(CheckSharedObjects) shared = NULL;

	if (workspace->shares_objects) {
		shared = check_shared_objects_read(workspace->server, error);
		if (shared == NULL)
			return false;
	}
	if (!on_copy(attempt, losses, error))
		return false;
	/* The copy is gone; its objects that belong to the whole server must not affect this database. */
	if (shared != NULL)
		check_shared_objects_restore(workspace->server, workspace->set, shared, workspace->bonds_stay);
	return true;
}

bool
check_round_trip(const CheckRoundTrip *trip, CheckAfter *ret_after, GError **error)
{
	const Migration *migration = trip->migration;
	g_autoptr(ReportCase)
	    trial = report_case_new(NULL, trip->test_case->stage, trip->test_case->name, trip->test_case->position);
	g_auto(CheckAttempt) first = { .trip = trip, .workspace = trip->workspace, .test_case = trial };
	g_auto(CheckAttempt) second = { .trip = trip, .workspace = trip->workspace, .test_case = trip->test_case };

	*ret_after = (CheckAfter){ 0 };
	if (migration_runner_can_apply_within(migration, MIGRATION_UP) &&
	    migration_runner_can_apply_within(migration, MIGRATION_DOWN)) {
		if (!in_transaction(&first, error))
			return false;
		bool counts = first.right || is_sure(&first);
		if (counts)
			report_case_take_result(trip->test_case, trial);
		if (first.right || first.up_stays) {
			*ret_after = first.after;
			first.after = (CheckAfter){ 0 };
			return true;
		}
		if (counts)
			return conclude(&first, ret_after, error);
	}
	return on_copy_alone(&second, first.losses, error) && conclude(&second, ret_after, error);
}
