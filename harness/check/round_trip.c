#include "check/round_trip.h"

#include "base/error.h"
#include "catalog/diff.h"

#include <string.h>

/* Differences that a report lists before "... and N more". */
#define DIFFERENCES_SHOWN 50

/* --- Sequences -----------------------------------------------------------
 * nextval is not undone by a rollback: an INSERT in an up that runs again inside the transaction would leave the
 * sequence further than the tool ever would. */

#define SEQUENCES_SQL                                                                                                  \
	"SELECT c.oid, pg_catalog.pg_sequence_last_value(c.oid), s.seqstart FROM pg_catalog.pg_class c "               \
	"JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid "                                                         \
	"WHERE c.relkind = 'S' AND c.relpersistence <> 't' ORDER BY c.oid"

static bool
restore_sequences(DbSession *session, const DbResult *before, GError **error)
{
	g_autoptr(DbResult) now = db_session_query(session, error, SEQUENCES_SQL, NULL);

	if (now == NULL)
		return false;
	for (int row = 0; row < db_result_rows(now) && row < db_result_rows(before); row++) {
		const char *oid = db_result_value(before, row, 0);
		const char *value = db_result_value(before, row, 1);
		if (g_strcmp0(value, db_result_value(now, row, 1)) == 0)
			continue;
		/* Without a last value the sequence has not been called yet. */
		g_autoptr(DbResult) set = db_session_query(
		    session, error, "SELECT pg_catalog.setval($1::oid::regclass, $2::bigint, $3::boolean)", oid,
		    value != NULL ? value : db_result_value(before, row, 2), value != NULL ? "true" : "false", NULL);
		if (set == NULL)
			return false;
	}
	return true;
}

/* --- Steps --------------------------------------------------------------- */

typedef bool (*ApplyFunction)(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                              MigrationOutcome *ret_outcome, GError **error);

static void
set_script_failure(ReportCase *test_case, const Migration *migration, MigrationDirection direction,
                   const MigrationOutcome *outcome)
{
	const char *what = direction == MIGRATION_DOWN ? "the down" : "the up, run again after the down,";

	report_case_set(test_case, REPORT_FAILED, "%s of \"%s\" fails: %s\n%s", what, migration->name, outcome->message,
	                outcome->details);
	test_case->position = outcome->position;
	g_free(test_case->output);
	test_case->output = g_strdup(outcome->statement);
}

static void
set_difference(ReportCase *test_case, const Migration *migration, MigrationDirection direction,
               const GArray *differences)
{
	bool down = direction == MIGRATION_DOWN;
	g_autofree char *all = catalog_diff_describe(differences, DIFFERENCES_SHOWN);
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *message = down ? g_strdup_printf(
					      "the down of \"%s\" does not restore the schema from before its up: %s",
					      migration->name, first)
	                                : g_strdup_printf(
					      "the up of \"%s\", run again after its down, gives another schema: %s",
					      migration->name, first);

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

/* Runs one direction and compares. *ret_equal false: the case says what is wrong. */
static bool
step(CheckWorkspace *workspace, ApplyFunction apply, const Migration *migration, MigrationDirection direction,
     const CatalogSnapshot *expected, ReportCase *test_case, bool *ret_equal, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	*ret_equal = false;
	if (!apply(workspace->runner, migration, direction, &outcome, error))
		return false;
	if (outcome.failed) {
		set_script_failure(test_case, migration, direction, &outcome);
		return true;
	}
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(workspace, error);
	if (found == NULL)
		return false;
	const CatalogDiffOptions options = { .ignore_column_position = true };
	g_autoptr(GArray) differences = catalog_diff(expected, found, &options);
	if (differences->len > 0)
		set_difference(test_case, migration, direction, differences);
	else
		note_column_order(test_case, expected, found);
	*ret_equal = differences->len == 0;
	return true;
}

static bool
both_steps(CheckWorkspace *workspace, ApplyFunction apply, const Migration *migration, const CatalogSnapshot *before,
           const CatalogSnapshot *after, ReportCase *test_case, bool *ret_equal, GError **error)
{
	if (!step(workspace, apply, migration, MIGRATION_DOWN, before, test_case, ret_equal, error))
		return false;
	return !*ret_equal || step(workspace, apply, migration, MIGRATION_UP, after, test_case, ret_equal, error);
}

static bool
in_transaction(CheckWorkspace *workspace, const Migration *migration, const CatalogSnapshot *before,
               const CatalogSnapshot *after, ReportCase *test_case, bool *ret_equal, GError **error)
{
	g_autoptr(DbResult) sequences = db_session_query(workspace->session, error, SEQUENCES_SQL, NULL);

	return sequences != NULL && db_session_execute(workspace->session, "BEGIN", error) &&
	       both_steps(workspace, migration_runner_apply_within, migration, before, after, test_case, ret_equal,
	                  error) &&
	       db_session_execute(workspace->session, "ROLLBACK", error) &&
	       restore_sequences(workspace->session, sequences, error);
}

static bool
on_copy(CheckWorkspace *workspace, const Migration *migration, const CatalogSnapshot *before,
        const CatalogSnapshot *after, ReportCase *test_case, bool *ret_equal, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };

	return check_workspace_clone(workspace, "round trip", &copy, error) &&
	       both_steps(&copy, migration_runner_apply, migration, before, after, test_case, ret_equal, error);
}

bool
check_round_trip(CheckWorkspace *workspace, const Migration *migration, const CatalogSnapshot *before,
                 const CatalogSnapshot *after, ReportCase *test_case, GError **error)
{
	bool fits = migration_script_fits_transaction(migration->up) &&
	            migration_script_fits_transaction(migration->down);
	bool equal = false;

	if (fits) {
		g_autoptr(ReportCase) trial = report_case_new(test_case->database, test_case->stage, test_case->name,
		                                              test_case->position);
		if (!in_transaction(workspace, migration, before, after, trial, &equal, error))
			return false;
		if (equal)
			test_case->output = g_steal_pointer(&trial->output);
	}
	return equal || on_copy(workspace, migration, before, after, test_case, &equal, error);
}
