#include "check/round_trip.h"

#include "base/interrupt.h"
#include "catalog/diff.h"

#include <string.h>

/* Differences that a report lists before "... and N more". */
#define DIFFERENCES_SHOWN 50

/* --- Steps --------------------------------------------------------------- */

typedef bool (*ApplyFunction)(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                              MigrationOutcome *ret_outcome, GError **error);

/* The three steps of a round trip. */
typedef enum {
	STEP_UP,
	STEP_DOWN,
	STEP_UP_AGAIN,
} Step;

static const char *const step_names[] = { "the up", "the down", "the up, run again after the down," };

/* A round trip on one database. */
typedef struct {
	const CheckRoundTrip *trip;
	CheckWorkspace *workspace;
	ApplyFunction apply;
	ReportCase *test_case;
	CatalogSnapshot *after; /* owned; NULL: the up failed */
	bool right;             /* all three steps were */
} Attempt;

static void
set_script_failure(ReportCase *test_case, const Migration *migration, Step step, const MigrationOutcome *outcome)
{
	report_case_set(test_case, REPORT_FAILED, "%s of \"%s\" fails: %s\n%s", step_names[step], migration->name,
	                outcome->message, outcome->details);
	test_case->position = outcome->position;
	g_free(test_case->output);
	test_case->output = g_strdup(outcome->statement);
}

static void
set_difference(ReportCase *test_case, const Migration *migration, Step step, const GArray *differences)
{
	bool down = step == STEP_DOWN;
	g_autofree char *all = catalog_diff_describe(differences, DIFFERENCES_SHOWN);
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *message = g_strdup_printf(
	    "%s of \"%s\" %s: %s", step_names[step], migration->name,
	    down ? "does not restore the schema from before its up" : "gives another schema", first);

	if (differences->len > 1)
		report_case_set(test_case, REPORT_FAILED, "%s, and %u more\n%s", message, differences->len - 1, all);
	else
		report_case_set(test_case, REPORT_FAILED, "%s", message);
	test_case->position = migration_script_position(down ? migration->down : migration->up);
}

/* Columns that were dropped and added again stand last: a difference that is told but does not fail. */
static void
note_column_order(ReportCase *test_case, const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);

	if (differences->len == 0)
		return;
	g_autofree char *all = catalog_diff_describe(differences, DIFFERENCES_SHOWN);
	g_free(test_case->output);
	test_case->output = g_strdup_printf("the order of columns differs:\n%s", all);
}

/* True when what was found is what is expected; else the case says what is not. */
static bool
same_schema(Attempt *attempt, Step step, const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	const CatalogDiffOptions options = { .ignore_column_position = !attempt->trip->strict_column_order };
	g_autoptr(GArray) differences = catalog_diff(expected, found, &options);

	if (differences->len > 0)
		set_difference(attempt->test_case, attempt->trip->migration, step, differences);
	else if (options.ignore_column_position)
		note_column_order(attempt->test_case, expected, found);
	return differences->len == 0;
}

/* Runs a step and gives the catalog after it; NULL when the script fails (the case says how) or with *error. */
static CatalogSnapshot *
run_step(Attempt *attempt, Step step, GError **error)
{
	const Migration *migration = attempt->trip->migration;
	g_auto(MigrationOutcome) outcome = { 0 };

	/* Each step is a run of the tool of its own: what the one before has set in its session is gone. */
	if (!db_session_reset(attempt->workspace->session, error) ||
	    !attempt->apply(attempt->workspace->runner, migration, step == STEP_DOWN ? MIGRATION_DOWN : MIGRATION_UP,
	                    &outcome, error))
		return NULL;
	if (outcome.failed) {
		set_script_failure(attempt->test_case, migration, step, &outcome);
		return NULL;
	}
	return check_workspace_snapshot(attempt->workspace, error);
}

/* Up, down, up again. Gives false with *error only when nothing can go on. */
static bool
run_steps(Attempt *attempt, GError **error)
{
	GError *cause = NULL;

	attempt->after = run_step(attempt, STEP_UP, &cause);
	if (attempt->after != NULL) {
		g_autoptr(CatalogSnapshot) restored = run_step(attempt, STEP_DOWN, &cause);
		if (restored != NULL && same_schema(attempt, STEP_DOWN, attempt->trip->before, restored)) {
			g_autoptr(CatalogSnapshot) again = run_step(attempt, STEP_UP_AGAIN, &cause);
			attempt->right = again != NULL && same_schema(attempt, STEP_UP_AGAIN, attempt->after, again);
		}
	}
	if (cause == NULL)
		return true;
	g_propagate_error(error, cause);
	return false;
}

/* --- Attempts ------------------------------------------------------------ */

static bool
in_transaction(Attempt *attempt, GError **error)
{
	DbSession *session = attempt->workspace->session;

	attempt->apply = migration_runner_apply_within;
	if (!db_session_execute(session, "BEGIN", error) || !run_steps(attempt, error))
		return false;
	if (!attempt->right)
		return db_session_execute(session, "ROLLBACK", error);
	/* What the commit itself refuses (a deferred trigger) is judged on the copy. */
	attempt->right = db_session_execute(session, "COMMIT", NULL);
	return attempt->right || db_session_transaction_state(session) == DB_TRANSACTION_IDLE ||
	       base_interrupt_check(error);
}

static bool
on_copy(Attempt *attempt, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	bool done;

	if (!check_workspace_clone(attempt->workspace, "round trip", &copy, error))
		return false;
	attempt->workspace = &copy;
	attempt->apply = migration_runner_apply;
	done = run_steps(attempt, error);
	attempt->workspace = attempt->trip->workspace;
	return done;
}

/* Brings the workspace's database behind the up, which has run on a copy only. */
static bool
follow(const CheckRoundTrip *trip, CatalogSnapshot **ret_after, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!db_session_reset(trip->workspace->session, error) ||
	    !migration_runner_apply(trip->workspace->runner, trip->migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed)
		set_script_failure(trip->test_case, trip->migration, STEP_UP, &outcome);
	else
		*ret_after = check_workspace_snapshot(trip->workspace, error);
	return outcome.failed || *ret_after != NULL;
}

bool
check_round_trip(const CheckRoundTrip *trip, CatalogSnapshot **ret_after, GError **error)
{
	const Migration *migration = trip->migration;
	Attempt attempt = { .trip = trip, .workspace = trip->workspace };

	*ret_after = NULL;
	if (migration_script_fits_transaction(migration->up) && migration_script_fits_transaction(migration->down)) {
		g_autoptr(ReportCase) trial = report_case_new(NULL, trip->test_case->stage, trip->test_case->name,
		                                              trip->test_case->position);
		attempt.test_case = trial;
		bool done = in_transaction(&attempt, error);
		g_autoptr(CatalogSnapshot) after = g_steal_pointer(&attempt.after);
		if (!done)
			return false;
		if (attempt.right) {
			trip->test_case->output = g_steal_pointer(&trial->output);
			*ret_after = g_steal_pointer(&after);
			return true;
		}
	}
	attempt.test_case = trip->test_case;
	bool done = on_copy(&attempt, error);
	bool applies = attempt.after != NULL;
	catalog_snapshot_unref(attempt.after);
	return done && (!applies || follow(trip, ret_after, error));
}
