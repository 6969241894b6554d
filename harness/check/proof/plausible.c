#include "check/proof/plausible.h"

#include "check/workspace/place.h"
#include "check/workspace/sequences.h"

#include <string.h>

/* Each trial holds something more; a migration that asks for more than that by one refusal after the other is held to
 * everything at once. */
#define TRIALS_MAX 8

void
check_plausible_rows_clear(CheckPlausibleRows *rows)
{
	g_free(rows->reason);
	migration_outcome_clear(&rows->blocked);
	g_clear_pointer(&rows->preconditions, g_ptr_array_unref);
	*rows = (CheckPlausibleRows){ 0 };
}

typedef struct {
	const CheckPlausible *plausible;
	CheckPlausibleRows *rows;
	bool within; /* trials are made in a transaction that is rolled back, else on copies */
	DbResult *sequences;
	RowsFilled *filled;
	bool kept; /* the rows of the last trial are still in the tables */
} Search;

static bool
plausible_fill(const Search *search, CheckWorkspace *at, RowsFilled *filled, GPtrArray *unfilled, GError **error)
{
	return rows_fill_plausible(at->session, at->exclusions, search->plausible->n_rows, search->rows->moderate,
	                           search->rows->preconditions, filled, unfilled, error);
}

/* --- Trials -------------------------------------------------------------------- */

/* Opens the state that the trial may change: a transaction, or a copy. */
static bool
open_trial(Search *search, CheckWorkspace *copy, CheckWorkspace **ret_at, GError **error)
{
	CheckWorkspace *workspace = search->plausible->workspace;

	*ret_at = workspace;
	if (!search->within) {
		if (!check_workspace_clone(workspace, "plausible", copy, error))
			return false;
		*ret_at = copy;
	}
	return db_session_reset((*ret_at)->session, error) && db_session_execute((*ret_at)->session, "BEGIN", error);
}

static bool
close_trial(Search *search, CheckWorkspace *copy, GError **error)
{
	DbSession *session = search->plausible->workspace->session;

	if (!search->within) {
		check_workspace_close(copy);
		return true;
	}
	return db_session_execute(session, "ROLLBACK", error) &&
	       check_sequences_restore(session, search->sequences, error);
}

static bool
plausible_apply(Search *search, CheckWorkspace *at, MigrationOutcome *outcome, GError **error)
{
	const Migration *migration = search->plausible->migration;

	if (!search->within && !db_session_execute(at->session, "COMMIT", error))
		return false;
	return db_session_reset(at->session, error) &&
	       (search->within ? migration_runner_apply_within(at->runner, migration, MIGRATION_UP, outcome, error)
	                       : migration_runner_apply(at->runner, migration, MIGRATION_UP, outcome, error));
}

/* Learns the preconditions of the migration from a run on tables without generated rows. */
static bool
plausible_learn(Search *search, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	CheckWorkspace *at = NULL;

	if (!open_trial(search, &copy, &at, error))
		return false;
	g_autoptr(RowsBefore) before = rows_before_read(at->session, at->exclusions, error);
	if (before == NULL || !plausible_apply(search, at, &outcome, error))
		return false;
	if (!outcome.failed) {
		if (!search->within && !db_session_execute(at->session, "BEGIN", error))
			return false;
		search->rows->preconditions = rows_before_learn(before, at->session, error);
		if (search->rows->preconditions == NULL ||
		    !check_plausible_learn_script(before, at->session, search->plausible->migration,
		                                  search->rows->preconditions, error))
			return false;
	}
	return close_trial(search, &copy, error);
}

/* Rolls the migration back, and keeps the rows. */
static bool
plausible_keep(Search *search, RowsFilled *filled, const DbResult *sequences, GError **error)
{
	DbSession *session = search->plausible->workspace->session;

	rows_filled_take(search->filled, filled);
	search->kept = true;
	search->rows->catalog_stays = !rows_filled_touched_catalog(filled);
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_trial; RELEASE SAVEPOINT pgassay_trial",
	                          error) &&
	       check_sequences_restore(session, sequences, error) && db_session_execute(session, "COMMIT", error);
}

/* In a transaction: rows that the migration works on stay, unless something more has to be known of them. */
static bool
try_rows_within(Search *search, GPtrArray *unfilled, MigrationOutcome *outcome, GError **error)
{
	g_autoptr(RowsFilled) filled = rows_filled_new_like(search->filled);
	CheckWorkspace *at = NULL;

	if (!open_trial(search, NULL, &at, error) || !plausible_fill(search, at, filled, unfilled, error))
		return false;
	g_autoptr(DbResult) sequences = check_sequences_read_used(at->session, error);
	if (sequences == NULL || !db_session_execute(at->session, "SAVEPOINT pgassay_trial", error) ||
	    !plausible_apply(search, at, outcome, error))
		return false;
	if (!outcome->failed && unfilled->len == 0)
		return plausible_keep(search, filled, sequences, error);
	return close_trial(search, NULL, error);
}

static bool
try_rows(Search *search, GPtrArray *unfilled, MigrationOutcome *outcome, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	g_autoptr(RowsFilled) filled = NULL;
	CheckWorkspace *at = NULL;

	if (search->within)
		return try_rows_within(search, unfilled, outcome, error);
	filled = rows_filled_new_like(search->filled);
	return open_trial(search, &copy, &at, error) && plausible_fill(search, at, filled, unfilled, error) &&
	       plausible_apply(search, at, outcome, error) && close_trial(search, &copy, error);
}

/* --- Which rows ------------------------------------------------------------------ */

/* Except that no row uses a label that the migration takes away: labels are there to be used. A NULL where a default
 * stands, or that the migration fills, is kept out only when the server refuses one. A down need not bring back the
 * NULLs that the up has filled. */
static void
plausible_hold_all(const Search *search)
{
	const CheckPlausibleRows *rows = search->rows;

	for (guint i = 0; i < rows->preconditions->len; i++) {
		RowsPrecondition *precondition = g_ptr_array_index(rows->preconditions, i);
		precondition->held = (precondition->hold != NULL || precondition->sequence != NULL) &&
		                     !precondition->of_labels &&
		                     ((!precondition->of_backfill &&
		                       (!precondition->filled || search->plausible->all)) ||
		                      precondition->held);
	}
}

/* After a refusal, more preconditions are enforced: first those that the message names, then moderate values, then
 * all preconditions. False when there are no more. */
static bool
keep_to_more(Search *search, const char *message, const char *sqlstate, guint trial, bool *all)
{
	CheckPlausibleRows *rows = search->rows;

	if (trial < TRIALS_MAX && rows_preconditions_hold(rows->preconditions, message, sqlstate))
		return true;
	if (!rows->moderate) {
		rows->moderate = true;
		rows->reason = g_strdup(message);
		return true;
	}
	if (*all)
		return false;
	*all = true;
	plausible_hold_all(search);
	return true;
}

static bool
plausible_contains(const GPtrArray *unfilled, const char *table)
{
	for (guint i = 0; i < unfilled->len; i++)
		if (strcmp(((const RowsUnfilled *)g_ptr_array_index(unfilled, i))->table, table) == 0)
			return true;
	return false;
}

/* Whether all tables have rows that have some without preconditions: rows that are not there pass everything. */
static bool
has_all_rows(Search *search, const GPtrArray *unfilled, bool *ret_has, GError **error)
{
	g_autoptr(GPtrArray) without = rows_unfilled_list_new();
	g_auto(CheckWorkspace) copy = { 0 };
	CheckWorkspace *at = NULL;
	const CheckPlausible *plausible = search->plausible;

	*ret_has = true;
	if (unfilled->len == 0)
		return true;
	if (!open_trial(search, &copy, &at, error) ||
	    !rows_fill_plausible(at->session, at->exclusions, plausible->n_rows, false, NULL, NULL, without, error) ||
	    !close_trial(search, &copy, error))
		return false;
	for (guint i = 0; i < unfilled->len; i++) {
		const RowsUnfilled *table = g_ptr_array_index(unfilled, i);
		*ret_has &= table->without_triggers || plausible_contains(without, table->table);
	}
	return true;
}

/* ADD COLUMN ... NOT NULL without a value: no row passes that, whatever is in it, unless the script can take rows away
 * before. Keys and constraints are of columns that are there. */
static bool
plausible_is_hopeless(const CheckPlausible *plausible)
{
	static const char adds_column[] = "^\\s*ALTER\\s+TABLE\\b.*\\bADD\\s+(?!NOT\\b).*\\bNOT\\s+NULL\\b";
	static const char *const others[] = { "DEFAULT", "GENERATED", "SET", "PRIMARY", "CONSTRAINT", NULL };
	static const char *const removals[] = { "DELETE", "TRUNCATE", "DO", "CALL", "SELECT", NULL };
	const char *sql = plausible->statement;

	if (plausible->all || sql == NULL ||
	    g_strcmp0(plausible->sqlstate, db_sqlstate_of("not_null_violation")) != 0 ||
	    !g_regex_match_simple(adds_column, sql, G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_RAW, 0))
		return false;
	for (guint i = 0; others[i] != NULL; i++)
		if (check_place_has_word(sql, others[i]))
			return false;
	return check_place_find_statement(plausible->migration->up, removals) == NULL;
}

static bool
search_rows(Search *search, GError **error)
{
	const CheckPlausible *plausible = search->plausible;
	CheckPlausibleRows *rows = search->rows;
	bool all = false;

	if (plausible->all) {
		rows->moderate = true;
		plausible_hold_all(search);
	} else {
		keep_to_more(search, plausible->message, plausible->sqlstate, 0, &all);
	}
	for (guint trial = 1;; trial++) {
		g_auto(MigrationOutcome) outcome = { 0 };
		g_autoptr(GPtrArray) unfilled = rows_unfilled_list_new();
		if (!try_rows(search, unfilled, &outcome, error))
			return false;
		if (!outcome.failed)
			return has_all_rows(search, unfilled, &rows->found, error);
		if (!keep_to_more(search, outcome.message, outcome.sqlstate, trial, &all)) {
			rows->blocked = outcome;
			outcome = (MigrationOutcome){ 0 };
			return true;
		}
	}
}

bool
check_plausible_find(const CheckPlausible *plausible, RowsFilled *filled, GPtrArray *ret_unfilled,
                     CheckPlausibleRows *ret_rows, GError **error)
{
	DbSession *session = plausible->workspace->session;
	Search search = {
		.plausible = plausible,
		.rows = ret_rows,
		.filled = filled,
		.within = migration_runner_can_apply_within(plausible->migration, MIGRATION_UP),
	};

	rows_filled_expect_empty_pages(filled);
	g_autoptr(DbResult) sequences = check_sequences_read_used(session, error);
	search.sequences = sequences;
	if (sequences == NULL || !plausible_learn(&search, error))
		return false;
	if (ret_rows->preconditions == NULL)
		return true;
	if (plausible_is_hopeless(plausible))
		return true;
	if (!search_rows(&search, error))
		return false;
	if (!ret_rows->found || search.kept)
		return true;
	/* Copies cost the session that it had. */
	session = plausible->workspace->session;
	return db_session_execute(session, "BEGIN", error) &&
	       plausible_fill(&search, plausible->workspace, filled, ret_unfilled, error) &&
	       db_session_execute(session, "COMMIT", error);
}
