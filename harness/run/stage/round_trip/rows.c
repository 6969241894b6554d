/* The rows that round trips are made on, and the cases about them. */
#include "run/stage/round_trip/round_trip_private.h"

#include "check/proof/data.h"
#include "run/job/declared.h"
#include "run/stage/round_trip/value_ranges.h"

bool
run_round_trips_generates(const RunRoundTrips *work)
{
	return work->stage->job->database->rows > 0 && work->stage->job->database->data->len == 0;
}

/* --- Adding ------------------------------------------------------------------ */

static bool
round_trip_rows_load_data(RunRoundTrips *work, const Migration *migration, GError **error)
{
	const RunJob *job = work->stage->job;

	for (guint i = 0; i < job->database->data->len; i++) {
		const SuiteData *data = g_ptr_array_index(job->database->data, i);
		if (run_job_data_is_for(job, data, migration) && !check_data_load(&work->stage->workspace, data, error))
			return false;
	}
	return true;
}

/* A table that has none is found again; that triggers were off for the rows that it has is only said once. */
static void
round_trip_rows_forget_unfilled(RunRoundTrips *work)
{
	for (guint i = work->unfilled->len; i > 0; i--)
		if (!((const RowsUnfilled *)g_ptr_array_index(work->unfilled, i - 1))->without_triggers)
			g_ptr_array_remove_index(work->unfilled, i - 1);
}

static bool
round_trip_rows_fill(RunRoundTrips *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	rows_filled_look_at(work->filled, work->now.rows, work->stage->job->database->rows);
	return rows_fill(workspace->session, workspace->exclusions, work->stage->job->database->rows, work->filled,
	                 work->unfilled, error);
}

static bool
read_catalog_again(RunRoundTrips *work, GError **error)
{
	CatalogSnapshot *catalog = check_workspace_snapshot(&work->stage->workspace, error);

	if (catalog == NULL)
		return false;
	catalog_snapshot_unref(work->now.catalog);
	work->now.catalog = catalog;
	return true;
}

/* Tables and sequences that triggers have made for the new rows are there from now on. */
static bool
add_and_look(RunRoundTrips *work, const Migration *migration, GError **error)
{
	DbSession *session = work->stage->workspace.session;
	gint64 before = 0;
	gint64 after = 0;

	if (!rows_fill_count_catalog(session, &before, error) ||
	    !(work->stage->job->database->data->len > 0 ? round_trip_rows_load_data(work, migration, error)
	                                                : round_trip_rows_fill(work, error)) ||
	    !rows_fill_count_catalog(session, &after, error))
		return false;
	return before == after || read_catalog_again(work, error);
}

bool
run_round_trips_add_rows(RunRoundTrips *work, const Migration *migration, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	if (work->now.rows == NULL)
		return true;
	round_trip_rows_forget_unfilled(work);
	if (run_round_trips_generates(work) &&
	    rows_filled_is_enough(work->filled, work->now.rows, work->stage->job->database->rows))
		return true;
	if (!db_session_reset(workspace->session, error) || !db_session_execute(workspace->session, "BEGIN", error) ||
	    !add_and_look(work, migration, error))
		return false;
	RowsState *rows = rows_state_update(workspace->session, work->now.rows, NULL, workspace->exclusions, error);
	if (rows == NULL)
		return false;
	rows_state_unref(work->now.rows);
	work->now.rows = rows;
	return db_session_execute(workspace->session, "COMMIT", error);
}

/* --- Preconditions of a migration ----------------------------------------------- */

/* A precondition on values in calculations; the statement shows which columns are concerned. */
static void
add_moderate(const RunRoundTrips *work, const CheckPlausibleRows *plausible, const MigrationOutcome *failure,
             ReportCase *test_case)
{
	const CheckWorkspace *workspace = &work->stage->workspace;
	g_autofree char *columns = NULL;
	g_autofree char *query = NULL;

	if (failure->statement != NULL && db_session_transaction_state(workspace->session) == DB_TRANSACTION_IDLE)
		run_value_ranges_ask(workspace->session, work->now.catalog, failure->statement, &columns, &query);
	g_autofree char *meaning = g_strdup_printf(
	    "no value%s%s is so large, so small or so odd that the server says \"%s\"", columns != NULL ? " of " : "",
	    columns != NULL ? columns : "", plausible->reason);
	report_case_add_precondition(test_case, meaning, query, false);
}

static void
add_preconditions(const RunRoundTrips *work, const CheckPlausibleRows *plausible, const MigrationOutcome *failure,
                  ReportCase *test_case)
{
	for (guint i = 0; i < plausible->preconditions->len; i++) {
		const RowsPrecondition *precondition = g_ptr_array_index(plausible->preconditions, i);
		if (precondition->held)
			report_case_add_precondition(test_case, precondition->meaning, precondition->query, true);
	}
	if (plausible->moderate)
		add_moderate(work, plausible, failure, test_case);
}

/* The preconditions in words, one a line, each with its query. The caller frees it. */
static char *
describe_preconditions(const ReportCase *test_case)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; test_case->preconditions != NULL && i < test_case->preconditions->len; i++) {
		const ReportPrecondition *precondition = g_ptr_array_index(test_case->preconditions, i);
		g_string_append_printf(text, "%sworks only if %s%s%s", text->len > 0 ? "\n" : "", precondition->meaning,
		                       precondition->query != NULL ? ": " : "",
		                       precondition->query != NULL ? precondition->query : "");
	}
	return g_string_free(text, FALSE);
}

/* --- Cases -------------------------------------------------------------------- */

/* What to do first, of a failure of rows that are there already; NULL: nothing is known. An INSERT of the migration
 * fails with other words. */
static const char *
round_trip_rows_advice(const MigrationOutcome *failure)
{
	static const struct {
		const char *text;
		const char *advice;
	} all[] = {
		{ " contains null values",
		  "give such rows a value first (UPDATE ... SET ... WHERE ... IS NULL), or add the "
		  "column with a DEFAULT" },
		{ "could not create unique index ", "change or remove the duplicates first" },
		{ " is violated by some row", "change such rows first (UPDATE ... WHERE NOT (...))" },
		{ " violates foreign key constraint ",
		  "add the rows that are missing first, or remove those that refer to them" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		if (strstr(failure->message, all[i].text) != NULL)
			return all[i].advice;
	return NULL;
}

/* A hint for a failure on rows. The caller frees it. */
static char *
round_trip_rows_hint_for(const RunRoundTrips *work, const MigrationOutcome *failure)
{
	static const char generated[] =
	    "pgassay generated the rows (\"pgassay help rows\"); if the migration is right, accept the "
	    "failure under \"rows_except\" with the reason";
	const CheckWorkspace *workspace = &work->stage->workspace;
	g_autofree char *limits = NULL;

	if (work->stage->job->database->data->len > 0)
		return g_strdup("the suite gives the rows under \"data\"");
	if (g_str_has_prefix(failure->message, "invalid input value for enum "))
		return g_strdup_printf(
		    "rows may have that label: give them another one first (UPDATE ... SET ... WHERE "
		    "... = 'label'); %s",
		    generated);
	if (g_strcmp0(failure->sqlstate, db_sqlstate_of("numeric_value_out_of_range")) == 0 &&
	    failure->statement != NULL && db_session_transaction_state(workspace->session) == DB_TRANSACTION_IDLE)
		limits = run_value_ranges_describe(workspace->session, work->now.catalog, failure->statement);
	const char *advice = round_trip_rows_advice(failure);
	if (limits == NULL)
		return advice != NULL ? g_strdup_printf("%s; %s", advice, generated) : g_strdup(generated);
	return g_strdup_printf("%s. They hold: %s", generated, limits);
}

static void
set_failure(const RunRoundTrips *work, const Migration *migration, const MigrationOutcome *failure,
            ReportCase *test_case)
{
	g_autofree char *hint = round_trip_rows_hint_for(work, failure);

	report_case_set(test_case, REPORT_FAILED,
	                "\"%s\" fails on tables that have rows: %s\n%s\n"
	                "hint: it works on empty tables; %s",
	                migration->name, failure->message, failure->details, hint);
	test_case->position = failure->position;
	test_case->statement = g_strdup(failure->statement);
	test_case->accepted_by = "rows_except";
}

/* It works on realistic rows. */
static void
set_preconditions(const RunRoundTrips *work, const Migration *migration, const MigrationOutcome *failure,
                  const CheckPlausibleRows *plausible, ReportCase *test_case)
{
	add_preconditions(work, plausible, failure, test_case);
	g_autofree char *all = describe_preconditions(test_case);
	if (work->stage->job->database->preconditions == SUITE_PRECONDITIONS_FAIL) {
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" fails on rows that its schema allows: %s\n%s\n%s\n"
		                "hint: make the migration change such rows first, or rule them out by a check before",
		                migration->name, failure->message, failure->details, all);
		test_case->position = failure->position;
		test_case->statement = g_strdup(failure->statement);
		return;
	}
	report_case_note(test_case, "it fails on rows that its schema allows: %s\n%s", failure->message, all);
}

/* An accepted failure must occur. */
static void
round_trip_rows_judge_exception(const RunRoundTrips *work, const Migration *migration, ReportCase *test_case)
{
	const RunJob *job = work->stage->job;
	const char *reason = run_job_declared(job, job->database->rows_except, migration);

	if (reason == NULL)
		return;
	if (test_case->status == REPORT_PASSED) {
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" is under \"rows_except\", but it works on tables that have rows\n"
		                "hint: take it out of \"rows_except\"",
		                migration->name);
		return;
	}
	g_autofree char *found = g_strdup(test_case->message);
	report_case_set(test_case, REPORT_SKIPPED, "excepted: %s\nfound: %s", reason, found);
}

ReportCase *
run_round_trips_rows_case(const RunRoundTrips *work, const Migration *migration, const MigrationOutcome *failure,
                          const CheckPlausibleRows *plausible, gint64 duration)
{
	ReportCase *test_case = run_stage_case(work->stage, "rows", migration->name,
	                                       migration_script_position(migration->up));

	test_case->duration = duration;
	if (failure != NULL && plausible != NULL && plausible->found)
		set_preconditions(work, migration, failure, plausible, test_case);
	else if (failure != NULL)
		set_failure(work, migration, failure, test_case);
	round_trip_rows_judge_exception(work, migration, test_case);
	return test_case;
}

/* Labels that a migration takes away are never ruled out: who has to mend it wants to know where they are. */
static void
add_labels(const CheckPlausibleRows *plausible, ReportCase *fails)
{
	for (guint i = 0; plausible->preconditions != NULL && i < plausible->preconditions->len; i++) {
		const RowsPrecondition *precondition = g_ptr_array_index(plausible->preconditions, i);
		if (precondition->of_labels)
			report_case_note(fails, "there are labels in column \"%s\" of table \"%s\" that go: %s",
			                 precondition->column, precondition->table, precondition->query);
	}
}

void
run_round_trips_add_blocked(const RunRoundTrips *work, const Migration *migration, const MigrationOutcome *failure,
                            const CheckPlausibleRows *plausible, ReportCase *fails)
{
	const MigrationOutcome *blocked = &plausible->blocked;

	if (blocked->failed && strcmp(blocked->message, failure->message) != 0) {
		if (fails->status == REPORT_FAILED) {
			g_clear_pointer(&fails->statement, g_free);
			set_failure(work, migration, blocked, fails);
		}
		report_case_note(fails, "on other rows that its schema allows it fails before that: %s",
		                 failure->message);
	}
	add_labels(plausible, fails);
}

void
run_round_trips_report_on_empty(const RunRoundTrips *work, const Migration *migration, ReportCase *test_case)
{
	if (test_case == NULL)
		return;
	if (work->stopped) {
		report_case_set(test_case, REPORT_SKIPPED,
		                "not run, because the migration fails on tables that have rows");
	} else if (migration->down != NULL) {
		report_case_note(test_case, "proved without generated rows: on them, the up fails");
	}
	run_stage_report(test_case, work->stage);
}

void
run_round_trips_report_unfilled(RunRoundTrips *work)
{
	SourcePosition nowhere = { .path = work->stage->job->set->directory };
	g_autoptr(GString) empty = g_string_new(NULL);
	g_autoptr(GString) unseen = g_string_new("rows that no trigger has seen, because the triggers refuse all:");
	guint n_empty = 0;

	if (work->now.rows == NULL || work->stage->job->database->data->len > 0)
		return;
	ReportCase *test_case = run_stage_case(work->stage, "rows", "every table has rows", nowhere);
	for (guint i = 0; i < work->unfilled->len; i++) {
		const RowsUnfilled *unfilled = g_ptr_array_index(work->unfilled, i);
		n_empty += !unfilled->without_triggers;
		g_string_append_printf(unfilled->without_triggers ? unseen : empty, "\n%s: %s", unfilled->table,
		                       unfilled->reason);
	}
	if (work->stage->n_unreached > 0)
		report_case_set(test_case, REPORT_PASSED,
		                "%u tables of the base stay empty: the new migrations do not reach them",
		                work->stage->n_unreached);
	if (n_empty > 0)
		report_case_set(test_case, REPORT_SKIPPED, "%u %s been tested without rows%s", n_empty,
		                n_empty == 1 ? "table has" : "tables have", empty->str);
	if (n_empty < work->unfilled->len)
		report_case_note(test_case, "%s", unseen->str);
	run_stage_report(test_case, work->stage);
}

void
run_round_trips_report_column_order(const RunRoundTrips *work)
{
	g_autofree char *text = g_strdup_printf("%u %s another column order; \"column_order: strict\" makes that fail",
	                                        work->n_reordered,
	                                        work->n_reordered == 1 ? "down restores" : "downs restore");

	if (work->n_reordered > 0)
		run_stage_property(work->stage, "warning", text);
}
