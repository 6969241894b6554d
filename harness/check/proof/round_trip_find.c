/* The state after a step of a round trip, and its faults. */
#include "check/proof/round_trip_private.h"

#include "catalog/identity.h"
#include "check/noted.h"
#include "check/proof/after_use.h"
#include "check/proof/hidden.h"
#include "check/proof/losses.h"
#include "check/workspace/sequences.h"
#include "rows/state/copy.h"
#include "rows/state/triggers.h"

#include <string.h>

/* Columns that were dropped and added again stand last: a difference that is reported but does not fail. */
static void
note_column_order(CheckAttempt *attempt, CheckStep step, const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);

	if (differences->len == 0)
		return;
	attempt->after.reordered |= step == CHECK_STEP_DOWN;
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	report_case_note(attempt->test_case, "the order of columns differs:\n%s", all);
}

/* A tool that goes down by a file that is not there, or by an empty one, does nothing. */
static const char *
attempt_what_fails(const CheckAttempt *attempt)
{
	const MigrationScript *down = attempt->trip->migration->down;

	return migration_script_scope(down) != MIGRATION_SCOPE_EXTERNAL && migration_script_statements(down)->len == 0
	           ? "has no statement, and does not restore"
	           : "does not restore";
}

void
check_attempt_find_schema(CheckAttempt *attempt, CheckStep step, const CatalogSnapshot *expected,
                          const CatalogSnapshot *found, CheckFindings *findings)
{
	const CatalogDiffOptions options = { .ignore_column_position = !attempt->trip->strict_column_order };
	g_autoptr(GArray) differences = catalog_diff(expected, found, &options);

	if (differences->len == 0) {
		if (options.ignore_column_position)
			note_column_order(attempt, step, expected, found);
		return;
	}
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *more = differences->len > 1 ? g_strdup_printf(", and %u more", differences->len - 1) : NULL;
	g_autofree char *summary = g_strdup_printf(
	    "%s of \"%s\" %s%s: %s%s", check_step_names[step], attempt->trip->migration->name,
	    step == CHECK_STEP_DOWN ? attempt_what_fails(attempt) : "gives another schema",
	    step == CHECK_STEP_DOWN ? " the schema from before its up" : "", first, more != NULL ? more : "");
	g_clear_pointer(&attempt->test_case->differences, g_ptr_array_unref); /* of an attempt before this one */
	check_note_differences(attempt->test_case, differences, expected, found);
	if (step == CHECK_STEP_DOWN)
		check_note_remedy(attempt->test_case, expected, found, &options);
	check_findings_add(findings, summary, all);
}

bool
check_attempt_find_sequences(CheckAttempt *attempt, const DbResult *before, CheckFindings *findings, GError **error)
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
		const RowsLoss *loss = g_ptr_array_index(losses, i);
		if (loss->kind == ROWS_COLUMN_LOST || 2 * loss->n_rows > rows_state_rows(rows, loss->table))
			return false;
	}
	return losses->len > 0;
}

static bool
attempt_has_lost(const CheckAttempt *attempt, const char *table)
{
	for (guint i = 0; i < attempt->losses->len; i++)
		if (strcmp(((const RowsDifference *)g_ptr_array_index(attempt->losses, i))->table, table) == 0)
			return true;
	return false;
}

/* Writes of triggers on UPDATE are not losses. */
static bool
attempt_leave_out_triggers(CheckAttempt *attempt, GPtrArray *losses, GError **error)
{
	const CheckWorkspace *workspace = attempt->workspace;
	g_autofree char *left_out = NULL;

	if (!rows_triggers_leave_out(workspace->session, attempt->trip->rows, attempt->losses, losses, &left_out,
	                             error))
		return false;
	if (left_out == NULL)
		return true;
	report_case_note(attempt->test_case, "%s", left_out);
	for (guint i = losses->len; i > 0; i--)
		if (!attempt_has_lost(attempt, ((const RowsLoss *)g_ptr_array_index(losses, i - 1))->table))
			g_ptr_array_remove_index(losses, i - 1);
	return true;
}

/* Once more, in a transaction after which nothing else can be looked at. */
static bool
attempt_reproduce_losses(CheckAttempt *attempt, GPtrArray **ret_losses, GError **error)
{
	const CheckRoundTrip *trip = attempt->trip;
	const CheckLosses reproduced = { .workspace = attempt->workspace,
		                         .migration = trip->migration,
		                         .rows = trip->rows,
		                         .sequences = attempt->sequences,
		                         .different = attempt->losses };
	bool triggers = false;

	/* Within a transaction, the time of the last change is the same again and again: the copy shows who writes it.
	 */
	if (!rows_triggers_may_explain(attempt->workspace->session, trip->rows, attempt->losses, &triggers, error))
		return false;
	attempt->doubtful |= triggers;
	if (triggers || trip->lossy != NULL || !check_transaction_hides_nothing(trip->migration))
		return true;
	attempt->up_is_there = false;
	if (!check_losses_reproduce(&reproduced, ret_losses, error))
		return false;
	attempt->doubtful |= *ret_losses == NULL;
	return true;
}

/* Examples of losses exist only if the rows were copied before, as on a copy of the database. *ret_losses NULL:
 * there are none. */
static bool
attempt_explain_losses(CheckAttempt *attempt, GPtrArray **ret_losses, GError **error)
{
	if (attempt->in_transaction) {
		if (!attempt_reproduce_losses(attempt, ret_losses, error))
			return false;
	} else {
		*ret_losses = rows_explain(attempt->workspace->session, attempt->trip->rows, error);
		if (*ret_losses == NULL || !attempt_leave_out_triggers(attempt, *ret_losses, error))
			return false;
	}
	attempt->few_rows = *ret_losses != NULL && are_few(*ret_losses, attempt->trip->rows);
	return true;
}

/* A declared loss must occur. */
static void
attempt_judge_no_loss(CheckAttempt *attempt, CheckFindings *findings)
{
	const CheckRoundTrip *trip = attempt->trip;

	if (trip->lossy == NULL || rows_state_total(trip->rows) == 0)
		return;
	attempt->after.lossy_unused = check_after_use_is_possible(trip->before, attempt->after.catalog);
	if (attempt->after.lossy_unused)
		return;
	g_autofree char *summary = g_strdup_printf("\"%s\" is declared lossy, but its down loses nothing",
	                                           trip->migration->name);
	check_findings_add(findings, summary, "hint: take it out of \"lossy\"");
}

/* "schema.table.column" of all that was lost, when that is nothing but times: often those at which a row was written;
 * else NULL. */
static GStrv
attempt_find_times(const CheckAttempt *attempt)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (guint i = 0; i < attempt->losses->len; i++) {
		const RowsDifference *loss = g_ptr_array_index(attempt->losses, i);
		if (loss->kind != ROWS_CONTENT || loss->columns_differ[0] == NULL)
			return NULL;
		for (char **column = loss->columns_differ; *column != NULL; column++) {
			const char *type = rows_state_column_type(attempt->trip->rows, loss->table, *column);
			g_autofree char *name = catalog_identity_join(NULL, NULL, *column);
			if (type == NULL || !g_str_has_prefix(type, "timestamp"))
				return NULL;
			g_autofree char *whole = g_strconcat(loss->table, ".", name, NULL);
			g_strv_builder_add(names, whole);
		}
	}
	return g_strv_builder_end(names);
}

static void
attempt_judge_losses(CheckAttempt *attempt, const GPtrArray *losses, CheckFindings *findings)
{
	const CheckRoundTrip *trip = attempt->trip;
	g_autofree char *all = rows_differences_describe(attempt->losses, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *examples = losses != NULL ? rows_losses_describe(losses) : NULL;
	g_autofree char *text = examples != NULL ? g_strdup_printf("%s\n%s", all, examples) : g_strdup(all);

	if (trip->lossy != NULL) {
		report_case_note(attempt->test_case, "declared lossy (%s):\n%s", trip->lossy, text);
		return;
	}
	g_autofree char *first = rows_difference_describe(g_ptr_array_index(attempt->losses, 0));
	g_autofree char *summary = g_strdup_printf("the down of \"%s\" %s the rows: %s", trip->migration->name,
	                                           attempt_what_fails(attempt), first);
	g_auto(GStrv) times = findings->n == 0 ? attempt_find_times(attempt) : NULL;
	g_autofree char *names = times != NULL ? g_strjoinv("\", \"", times) : NULL;
	g_autofree char *details = g_strdup_printf(
	    "%s\nhint: keep what the down needs, or declare the migration under \"lossy\" with the reason%s%s%s", text,
	    names != NULL ? "; where nobody needs the old times, name \"" : "", names != NULL ? names : "",
	    names != NULL ? "\" under \"ignore_columns\"" : "");
	if (times != NULL) {
		attempt->test_case->accepted_by = "ignore_columns";
		attempt->test_case->accepted_names = g_steal_pointer(&times);
	}
	attempt->test_case->kind = REPORT_KIND_LOSS;
	check_findings_add(findings, summary, details);
}

bool
check_attempt_find_rows(CheckAttempt *attempt, CheckFindings *findings, GError **error)
{
	const CheckRoundTrip *trip = attempt->trip;
	DbSession *session = attempt->workspace->session;
	g_autoptr(GPtrArray) losses = NULL;
	g_autoptr(RowsState) now = attempt->in_transaction ? rows_state_update(session, trip->rows, trip->rows,
	                                                                       attempt->workspace->exclusions, error)
	                                                   : rows_state_read_as(session, trip->rows, error);

	if (now == NULL)
		return false;
	attempt->losses = rows_state_compare(trip->rows, now);
	if (attempt->losses->len > 0 && !attempt_explain_losses(attempt, &losses, error))
		return false;
	if (attempt->losses->len == 0)
		attempt_judge_no_loss(attempt, findings);
	else
		attempt_judge_losses(attempt, losses, findings);
	return true;
}

bool
check_attempt_read_surroundings(CheckAttempt *attempt, CheckStep step, GError **error)
{
	if (!attempt->trip->around)
		return true;
	attempt->around[step] = check_surroundings_read_workspace(attempt->workspace, error);
	return attempt->around[step] != NULL;
}

bool
check_attempt_find_surroundings(CheckAttempt *attempt, CheckStep step, CheckFindings *findings, GError **error)
{
	bool down = step == CHECK_STEP_DOWN;

	if (!attempt->trip->around)
		return true;
	g_autoptr(CheckSurroundings) now = check_surroundings_read_workspace(attempt->workspace, error);
	if (now == NULL)
		return false;
	g_autofree char *all = check_surroundings_compare(attempt->around[down ? CHECK_STEP_UP : CHECK_STEP_DOWN], now,
	                                                  !down);
	if (all == NULL)
		return true;
	g_autofree char *first = g_strndup(all, strcspn(all, "\n"));
	g_autofree char *summary = g_strdup_printf(
	    "%s of \"%s\" %s: %s", check_step_names[step], attempt->trip->migration->name,
	    down ? "does not put back what was set around the schema" : "sets other things around the schema", first);
	/* Other sessions may change objects of the whole server at the same time; the copy decides. */
	attempt->doubtful = true;
	check_findings_add(findings, summary, all);
	return true;
}
