#include "check/proof/round_trip.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/proof/after_use.h"
#include "check/proof/sequences.h"
#include "check/proof/shared_objects.h"
#include "check/proof/surroundings.h"
#include "rows/copy.h"

#include <string.h>

/* --- Steps --------------------------------------------------------------- */

/* The three steps of a round trip. */
typedef enum {
	STEP_UP,
	STEP_DOWN,
	STEP_UP_AGAIN,
} Step;

static const char *const step_names[] = { "the up", "the down", "the up, run again after the down," };

/* A round trip on one database: in a transaction, or step by step on a copy. */
typedef struct {
	const CheckRoundTrip *trip;
	CheckWorkspace *workspace;
	CheckApplyFunction apply;
	bool in_transaction;
	ReportCase *test_case;
	CheckAfter after;
	GPtrArray *losses; /* of RowsDifference *; what the down has lost; or NULL */
	CheckSurroundings
	    *around[STEP_UP_AGAIN]; /* what stands around the schema before the up, and behind it; or NULL */
	CatalogReading *origin; /* the workspace's last one from before the up, by which the down is read; or NULL */
	bool few_rows;          /* what the down has lost are a few rows or values */
	bool right;             /* all three steps were */
	bool examined;          /* what the up does to rows was looked into */
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

static void G_GNUC_PRINTF(2, 3) add_output(ReportCase *test_case, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	char *output = test_case->output != NULL ? g_strconcat(test_case->output, "\n", text, NULL) : g_strdup(text);
	g_free(test_case->output);
	test_case->output = output;
}

/* A savepoint that the script before has left is one to go back to. */
static bool
goes_back(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);
	bool found = false;

	for (guint i = 0; i < statements->len && !found; i++) {
		g_autofree char *sql = g_ascii_strdown(((const MigrationStatement *)statements->pdata[i])->sql, -1);
		found = strstr(sql, "rollback") != NULL;
	}
	return found;
}

static bool
apply_step(Attempt *attempt, Step step, MigrationOutcome *outcome, GError **error)
{
	MigrationRunner *runner = attempt->workspace->runner;
	const CheckRoundTrip *trip = attempt->trip;

	if (step == STEP_UP && trip->rows != NULL)
		return check_apply_watched(attempt->apply, runner, trip->migration, outcome, &attempt->after, error);
	return attempt->apply(runner, trip->migration, step == STEP_DOWN ? MIGRATION_DOWN : MIGRATION_UP, outcome,
	                      error);
}

/* A value or a row was refused: others may be taken. */
static bool
is_about_data(const MigrationOutcome *outcome)
{
	return outcome->sqlstate != NULL &&
	       (g_str_has_prefix(outcome->sqlstate, "22") || g_str_has_prefix(outcome->sqlstate, "23"));
}

/* Runs a step and gives the catalog after it; NULL with *error, or when the script fails: then the case says how, or
 * for the first up attempt->after.failure. */
static CatalogSnapshot *
run_step(Attempt *attempt, Step step, GError **error)
{
	const Migration *migration = attempt->trip->migration;
	g_auto(MigrationOutcome) outcome = { 0 };

	/* Each step is a run of the tool of its own: what the one before has set in its session is gone. */
	if (!db_session_reset(attempt->workspace->session, error) || !apply_step(attempt, step, &outcome, error))
		return NULL;
	if (step == STEP_UP)
		attempt->after.up_duration = outcome.duration;
	if (!outcome.failed) {
		if (!attempt->in_transaction || step == STEP_UP)
			return check_workspace_snapshot(attempt->workspace, error);
		const CatalogReadHints hints = {
			.nothing_rolled_back = !goes_back(step == STEP_DOWN ? migration->down : migration->up),
			.expected = step == STEP_DOWN ? attempt->origin : NULL,
		};
		return check_workspace_snapshot_with(attempt->workspace, &hints, error);
	}
	if (step == STEP_UP) {
		attempt->after.failure = outcome;
		outcome = (MigrationOutcome){ 0 };
	} else {
		set_script_failure(attempt->test_case, migration, step, &outcome);
		attempt->after.few_rows_decide = step == STEP_DOWN && is_about_data(&outcome);
	}
	return NULL;
}

/* --- What a step leaves ---------------------------------------------------- */

/* Columns that were dropped and added again stand last: a difference that is reported but does not fail. */
static void
note_column_order(ReportCase *test_case, const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);

	if (differences->len == 0)
		return;
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	add_output(test_case, "the order of columns differs:\n%s", all);
}

static void
proof_round_trip_find_schema(Attempt *attempt, Step step, const CatalogSnapshot *expected, const CatalogSnapshot *found,
                             CheckFindings *findings)
{
	const CatalogDiffOptions options = { .ignore_column_position = !attempt->trip->strict_column_order };
	g_autoptr(GArray) differences = catalog_diff(expected, found, &options);

	if (differences->len == 0) {
		if (options.ignore_column_position)
			note_column_order(attempt->test_case, expected, found);
		return;
	}
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *more = differences->len > 1 ? g_strdup_printf(", and %u more", differences->len - 1) : NULL;
	g_autofree char *summary = g_strdup_printf(
	    "%s of \"%s\" %s: %s%s", step_names[step], attempt->trip->migration->name,
	    step == STEP_DOWN ? "does not restore the schema from before its up" : "gives another schema", first,
	    more != NULL ? more : "");
	check_findings_add(findings, summary, all);
}

static bool
find_sequences(Attempt *attempt, const DbResult *before, CheckFindings *findings, GError **error)
{
	if (db_result_rows(before) == 0)
		return true;
	g_autoptr(DbResult) now = check_sequences_read(attempt->workspace->session, error);
	if (now == NULL)
		return false;
	g_autofree char *problems = check_sequences_compare(attempt->workspace->session, before, now);
	if (problems == NULL)
		return true;
	g_autofree char *first = g_strndup(problems, strcspn(problems, "\n"));
	g_autofree char *summary = g_strdup_printf("the down of \"%s\" sets a sequence back: %s",
	                                           attempt->trip->migration->name, first);
	check_findings_add(findings, summary, problems);
	return true;
}

/* Whether of each table at most half of the rows has lost something. */
static bool
are_few(const GPtrArray *losses, const RowsState *rows)
{
	for (guint i = 0; i < losses->len; i++) {
		const RowsLoss *loss = losses->pdata[i];
		if (loss->kind == ROWS_COLUMN_LOST || 2 * loss->n_rows > rows_state_rows(rows, loss->table))
			return false;
	}
	return losses->len > 0;
}

/* Examples of what is lost are to be had where the rows were copied before. */
static bool
add_examples(Attempt *attempt, GString *details, GError **error)
{
	if (attempt->in_transaction)
		return true;
	g_autoptr(GPtrArray) losses = rows_explain(attempt->workspace->session, attempt->trip->rows, error);
	if (losses == NULL)
		return false;
	g_autofree char *text = rows_losses_describe(losses);
	g_string_append_printf(details, "\n%s", text);
	attempt->few_rows = are_few(losses, attempt->trip->rows);
	return true;
}

static bool
proof_round_trip_find_rows(Attempt *attempt, CheckFindings *findings, GError **error)
{
	const CheckRoundTrip *trip = attempt->trip;
	DbSession *session = attempt->workspace->session;
	g_autoptr(RowsState) now = attempt->in_transaction ? rows_state_update(session, trip->rows, trip->rows,
	                                                                       attempt->workspace->exclusions, error)
	                                                   : rows_state_read_as(session, trip->rows, error);

	if (now == NULL)
		return false;
	attempt->losses = rows_state_compare(trip->rows, now);
	if (attempt->losses->len == 0) {
		if (trip->lossy == NULL || rows_state_total(trip->rows) == 0)
			return true;
		attempt->after.lossy_unused = check_after_use_is_possible(trip->before, attempt->after.catalog);
		if (attempt->after.lossy_unused)
			return true;
		g_autofree char *summary = g_strdup_printf("\"%s\" is declared lossy, but its down loses nothing",
		                                           trip->migration->name);
		check_findings_add(findings, summary, "hint: take it out of \"lossy\"");
		return true;
	}
	g_autoptr(GString) details = g_string_new(NULL);
	g_autofree char *all = rows_differences_describe(attempt->losses, CHECK_DIFFERENCES_SHOWN);
	g_string_assign(details, all);
	if (!add_examples(attempt, details, error))
		return false;
	if (trip->lossy != NULL) {
		add_output(attempt->test_case, "declared lossy (%s):\n%s", trip->lossy, details->str);
		return true;
	}
	g_autofree char *first = rows_difference_describe(g_ptr_array_index(attempt->losses, 0));
	g_autofree char *summary = g_strdup_printf("the down of \"%s\" does not restore the rows: %s",
	                                           trip->migration->name, first);
	g_string_append(details,
	                "\nhint: keep what the down needs, or declare the migration under \"lossy\" with the reason");
	check_findings_add(findings, summary, details->str);
	return true;
}

/* Reads what stands around the schema before the step. */
static bool
read_surroundings(Attempt *attempt, Step step, GError **error)
{
	if (!attempt->trip->around)
		return true;
	attempt->around[step] = check_surroundings_read_workspace(attempt->workspace, error);
	return attempt->around[step] != NULL;
}

/* Compares it with what the step leaves. */
static bool
find_surroundings(Attempt *attempt, Step step, CheckFindings *findings, GError **error)
{
	bool down = step == STEP_DOWN;

	if (!attempt->trip->around)
		return true;
	g_autoptr(CheckSurroundings) now = check_surroundings_read_workspace(attempt->workspace, error);
	if (now == NULL)
		return false;
	g_autofree char *all = check_surroundings_compare(attempt->around[down ? STEP_UP : STEP_DOWN], now, !down);
	if (all == NULL)
		return true;
	g_autofree char *first = g_strndup(all, strcspn(all, "\n"));
	g_autofree char *summary = g_strdup_printf(
	    "%s of \"%s\" %s: %s", step_names[step], attempt->trip->migration->name,
	    down ? "does not put back what was set around the schema" : "sets other things around the schema", first);
	check_findings_add(findings, summary, all);
	return true;
}

/* --- Up, down, up ---------------------------------------------------------- */

/* *ret_right is whether the down restores everything. */
static bool
run_down(Attempt *attempt, const DbResult *sequences, bool *ret_right, GError **error)
{
	GError *cause = NULL;
	g_autoptr(CatalogSnapshot) restored = run_step(attempt, STEP_DOWN, &cause);
	g_auto(CheckFindings) findings = { 0 };

	*ret_right = false;
	if (restored == NULL) {
		if (cause != NULL)
			g_propagate_error(error, cause);
		return cause == NULL;
	}
	proof_round_trip_find_schema(attempt, STEP_DOWN, attempt->trip->before, restored, &findings);
	if (!find_sequences(attempt, sequences, &findings, error))
		return false;
	if (!find_surroundings(attempt, STEP_DOWN, &findings, error) ||
	    (attempt->trip->rows != NULL && !proof_round_trip_find_rows(attempt, &findings, error)))
		return false;
	if (findings.n > 0) {
		check_findings_report(&findings, attempt->test_case);
		attempt->test_case->position = migration_script_position(attempt->trip->migration->down);
	}
	attempt->after.few_rows_decide = findings.n == 1 && attempt->few_rows;
	*ret_right = findings.n == 0;
	return true;
}

static bool
run_up_again(Attempt *attempt, GError **error)
{
	GError *cause = NULL;
	g_autoptr(CatalogSnapshot) again = run_step(attempt, STEP_UP_AGAIN, &cause);
	g_auto(CheckFindings) findings = { 0 };

	if (again == NULL) {
		if (cause != NULL)
			g_propagate_error(error, cause);
		return cause == NULL;
	}
	proof_round_trip_find_schema(attempt, STEP_UP_AGAIN, attempt->after.catalog, again, &findings);
	if (!find_surroundings(attempt, STEP_UP_AGAIN, &findings, error))
		return false;
	check_findings_report(&findings, attempt->test_case);
	if (findings.n > 0)
		attempt->test_case->position = migration_script_position(attempt->trip->migration->up);
	attempt->right = findings.n == 0;
	return true;
}

/* Gives false with *error only when nothing can go on. */
static bool
run_steps(Attempt *attempt, const DbResult *sequences, GError **error)
{
	GError *cause = NULL;
	bool right;

	if (attempt->workspace->last != NULL)
		attempt->origin = catalog_reading_ref(attempt->workspace->last);
	if (!read_surroundings(attempt, STEP_UP, error))
		return false;
	attempt->after.catalog = run_step(attempt, STEP_UP, &cause);
	if (cause != NULL)
		g_propagate_error(error, cause);
	if (attempt->after.catalog == NULL)
		return cause == NULL;
	if (!read_surroundings(attempt, STEP_DOWN, error) || !run_down(attempt, sequences, &right, error))
		return false;
	return !right || run_up_again(attempt, error);
}

/* --- Attempts ------------------------------------------------------------ */

/* For one more try. */
static void
attempt_clear(Attempt *attempt)
{
	check_after_clear(&attempt->after);
	g_clear_pointer(&attempt->losses, g_ptr_array_unref);
	g_clear_pointer(&attempt->origin, catalog_reading_unref);
	for (gsize i = 0; i < G_N_ELEMENTS(attempt->around); i++)
		g_clear_pointer(&attempt->around[i], check_surroundings_free);
	attempt->right = false;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attempt, attempt_clear)

static bool in_transaction(Attempt *attempt, GError **error);

/* Takes it all back, looks into what the up does to rows, and begins anew. */
static bool
examine_and_repeat(Attempt *attempt, const DbResult *sequences, GError **error)
{
	const CheckRoundTrip *trip = attempt->trip;
	DbSession *session = attempt->workspace->session;

	if (!db_session_execute(session, "ROLLBACK", error) || !check_sequences_restore(session, sequences, error))
		return false;
	g_autoptr(GPtrArray) changes = check_changes_examine(attempt->workspace, trip->migration, trip->rows,
	                                                     attempt->after.rows, error);
	if (changes == NULL)
		return false;
	attempt_clear(attempt);
	attempt->workspace->last_is_committed = false;
	g_clear_pointer(&attempt->test_case->output, g_free);
	attempt->examined = true;
	if (!in_transaction(attempt, error))
		return false;
	if (attempt->right)
		attempt->after.changes = g_steal_pointer(&changes);
	return true;
}

static bool
in_transaction(Attempt *attempt, GError **error)
{
	DbSession *session = attempt->workspace->session;

	attempt->apply = migration_runner_apply_within;
	attempt->in_transaction = true;
	g_autoptr(DbResult) sequences = check_sequences_read_used_and_begin(session, error);
	if (sequences == NULL || !run_steps(attempt, sequences, error))
		return false;
	if (!attempt->right)
		return db_session_execute(session, "ROLLBACK", error) &&
		       check_sequences_restore(session, sequences, error);
	if (!check_apply_read_rows(attempt->workspace, attempt->trip->rows, &attempt->after, error))
		return false;
	if (attempt->after.rows != NULL && !attempt->examined &&
	    check_changes_suspected(attempt->trip->rows, attempt->after.rows))
		return examine_and_repeat(attempt, sequences, error);
	/* What the commit itself refuses (a deferred trigger) is judged on the copy. */
	attempt->right = db_session_execute(session, "COMMIT", NULL);
	if (attempt->right)
		check_workspace_note_commit(attempt->workspace);
	return attempt->right || db_session_transaction_state(session) == DB_TRANSACTION_IDLE ||
	       base_interrupt_check(error);
}

/* Copies the rows of the tables that the attempt in a transaction has seen losing some; all, when there was none. */
static bool
keep_rows(CheckWorkspace *copy, const RowsState *rows, const GPtrArray *losses, GError **error)
{
	g_autoptr(GPtrArray) tables = g_ptr_array_new();

	for (guint i = 0; losses != NULL && i < losses->len; i++)
		g_ptr_array_add(tables, ((const RowsDifference *)g_ptr_array_index(losses, i))->table);
	g_ptr_array_add(tables, NULL);
	return rows_keep_copy(copy->session, rows, losses != NULL ? (const char *const *)tables->pdata : NULL, error);
}

static bool
on_copy(Attempt *attempt, const GPtrArray *losses, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	const RowsState *rows = attempt->trip->rows;

	if (!check_workspace_clone(attempt->workspace, "round trip", &copy, error) ||
	    (rows != NULL && !keep_rows(&copy, rows, losses, error)))
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

bool
check_round_trip(const CheckRoundTrip *trip, CheckAfter *ret_after, GError **error)
{
	const Migration *migration = trip->migration;
	g_autoptr(ReportCase)
	    trial = report_case_new(NULL, trip->test_case->stage, trip->test_case->name, trip->test_case->position);
	g_auto(Attempt) first = { .trip = trip, .workspace = trip->workspace, .test_case = trial };
	g_auto(Attempt) second = { .trip = trip, .workspace = trip->workspace, .test_case = trip->test_case };

	*ret_after = (CheckAfter){ 0 };
	if (migration_script_fits_transaction(migration->up) && migration_script_fits_transaction(migration->down)) {
		if (!in_transaction(&first, error))
			return false;
		if (first.right) {
			trip->test_case->output = g_steal_pointer(&trial->output);
			*ret_after = first.after;
			first.after = (CheckAfter){ 0 };
			return true;
		}
	}
	g_autoptr(CheckSharedObjects) shared = NULL;
	if (trip->workspace->shares_objects) {
		shared = check_shared_objects_read(trip->workspace->server, error);
		if (shared == NULL)
			return false;
	}
	if (!on_copy(&second, first.losses, error))
		return false;
	/* The copy is gone; what it has made for all databases must not be in the way of this one. */
	if (shared != NULL)
		check_shared_objects_restore(trip->workspace->server, trip->workspace->set, shared);
	if (second.after.catalog == NULL) {
		ret_after->failure = second.after.failure;
		second.after.failure = (MigrationOutcome){ 0 };
		return true;
	}
	/* What ran on the copy only is done here too, without proof. */
	bool few_rows_decide = second.after.few_rows_decide;
	if (!check_apply(trip->workspace, migration, trip->rows, ret_after, error))
		return false;
	ret_after->few_rows_decide = few_rows_decide;
	ret_after->lossy_unused = second.after.lossy_unused;
	return true;
}
