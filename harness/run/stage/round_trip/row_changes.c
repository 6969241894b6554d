#include "run/stage/round_trip/row_proofs_private.h"

#include "check/changes/changes.h"
#include "check/changes/untouched.h"
#include "check/findings.h"
#include "check/proof/children.h"
#include "check/proof/key_wider.h"
#include "check/proof/labels.h"
#include "check/proof/switched_off.h"
#include "check/proof/unnamed.h"
#include "check/workspace/place.h"
#include "migration/text/statement.h"

#include <string.h>

/* Rows that no migration has made. */
static bool
row_changes_has_own_rows(const RunRowProofs *proofs, const RunRowStep *step, const char *table)
{
	const char *oid = rows_state_oid(step->before->rows, table);

	return oid != NULL && g_hash_table_contains(proofs->filled, oid);
}

/* Only reported, by a text of its own. */
static bool
row_changes_is_remark(const CheckChange *change)
{
	return change->kind == CHECK_CHANGE_BY_CHANCE_IN_PART || change->kind == CHECK_CHANGE_OVERWRITTEN;
}

/* Only reported: rows that came with a migration may go with one, and moved rows are not lost. */
static bool
row_changes_is_harmless(const RunRowProofs *proofs, const RunRowStep *step, const CheckChange *change)
{
	return change->kind == CHECK_CHANGE_ROWS_MOVED || row_changes_is_remark(change) ||
	       !row_changes_has_own_rows(proofs, step, change->table);
}

/* The statement that drops the column of the table; NULL: none does by name. */
static const MigrationStatement *
row_changes_find_drop(const MigrationScript *script, const char *table, const char *column)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; column != NULL && i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (check_place_has_word(statement->sql, "DROP") && check_place_has_word(statement->sql, column) &&
		    check_place_has_word(statement->sql, table))
			return statement;
	}
	return NULL;
}

/* The last statement that begins with one of the words, and names the table (NULL: any). */
static const MigrationStatement *
row_changes_find_first_word(const MigrationScript *script, const char *const *words, const char *table)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = statements->len; i > 0; i--) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i - 1);
		g_autofree char *first = migration_statement_key_words(statement->sql, 1);
		if (g_strv_contains(words, first) && (table == NULL || check_place_has_word(statement->sql, table)))
			return statement;
	}
	return NULL;
}

/* Rows of one table also go by a DELETE of another one, and within a block or function. ON DELETE CASCADE deletes
 * nothing by itself. */
static const MigrationStatement *
row_changes_find_deletion(const MigrationScript *script, const char *table)
{
	static const char *const deletions[] = { "DELETE", "TRUNCATE", "MERGE", NULL };
	static const char *const others[] = { "WITH", "DO", "CALL", "SELECT", NULL };
	static const char *const drops[] = { "DROP", NULL };
	const MigrationStatement *found = row_changes_find_first_word(script, deletions, table);

	/* The table may be another one of the same name now. */
	if (found == NULL)
		found = row_changes_find_first_word(script, drops, table);
	if (found == NULL)
		found = row_changes_find_first_word(script, others, table);
	return found != NULL ? found : row_changes_find_first_word(script, deletions, NULL);
}

static SourcePosition
row_changes_place_of_change(const RunRowStep *step, const CheckChange *change)
{
	const MigrationScript *script = step->migration->up;
	bool dropped = change->kind == CHECK_CHANGE_COLUMN_EMPTIED || change->kind == CHECK_CHANGE_COLUMN_LEFT;
	bool rows = change->kind == CHECK_CHANGE_ROWS_GONE;
	const MigrationStatement *statement = change->statement;
	g_auto(GStrv) parts = g_strsplit(change->table, ".", -1);
	const char *table = parts[g_strv_length(parts) - 1];

	if (statement == NULL && dropped)
		statement = row_changes_find_drop(script, table, change->column);
	else if (statement == NULL && rows)
		statement = row_changes_find_deletion(script, table);
	if (statement != NULL)
		return check_place_of(script, statement);
	const char *words[] = { rows                     ? "DELETE"
		                : change->column != NULL ? change->column
		                                         : table,
		                rows ? "TRUNCATE" : table, table, NULL };

	return check_place_find(script, words);
}

/* Nothing but names is different. */
static bool
row_changes_is_renaming(const RunRowStep *step, const RowsDifference *difference)
{
	const RowsState *before = step->before->rows;
	const RowsState *after = step->after->rows;

	if (difference->kind == ROWS_TABLE_GONE)
		return rows_state_renamed_table(before, after, difference->table) != NULL;
	if (difference->kind != ROWS_COLUMNS_GONE || difference->columns_differ[0] != NULL)
		return false;
	for (guint i = 0; difference->columns_gone[i] != NULL; i++)
		if (rows_state_renamed_column(before, after, difference->table, difference->columns_gone[i]) == NULL)
			return false;
	return true;
}

static void
row_changes_add_change(const RunRowStep *step, const CheckChange *change, CheckFindings *findings,
                       SourcePosition *place)
{
	const char *what = change->kind == CHECK_CHANGE_BY_CHANCE   ? "leaves values to chance"
	                   : change->kind == CHECK_CHANGE_ZONE      ? "depends on the session"
	                   : change->kind == CHECK_CHANGE_NULL      ? "writes NULL"
	                   : change->kind == CHECK_CHANGE_BACKWARDS ? "turns a flag round"
	                   : change->kind == CHECK_CHANGE_UNTIED    ? "pairs rows that do not belong together"
	                   : change->kind == CHECK_CHANGE_VIEW      ? "takes the values of a view away"
	                   : change->kind == CHECK_CHANGE_NEVER     ? "has a condition that is never true"
	                                                            : "loses data";
	g_autofree char *summary = g_strdup_printf("\"%s\" %s: %s", step->migration->name, what, change->text);
	g_autoptr(GString) details = g_string_new(change->text);

	if (change->examples != NULL)
		g_string_append_printf(details, "\n%s", change->examples);
	if (change->hint != NULL)
		g_string_append_printf(details, "\nhint: %s; or say under \"changes\" why it is right", change->hint);
	if (findings->n == 0)
		*place = row_changes_place_of_change(step, change);
	check_findings_add(findings, summary, details->str);
}

/* Whether a failure, or the line of an upsert, is about the column; NULL: about the table's rows. */
static bool
row_changes_is_about(const RunRowProofs *proofs, const RunRowStep *step, const char *table, const char *column)
{
	const GPtrArray *changes = step->after->changes;

	for (guint i = 0; changes != NULL && i < changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(changes, i);
		if (strcmp(change->table, table) == 0 && g_strcmp0(change->column, column) == 0 &&
		    (change->kind == CHECK_CHANGE_OVERWRITTEN || !row_changes_is_harmless(proofs, step, change)))
			return true;
	}
	return false;
}

/* Whether they say already all that the difference says. */
static bool
row_changes_have_said(const RunRowProofs *proofs, const RunRowStep *step, const RowsDifference *difference)
{
	char **const lists[] = { difference->columns_gone, difference->columns_differ };
	bool any = false;

	if (difference->rows_after < difference->rows_before)
		return row_changes_is_about(proofs, step, difference->table, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (char **column = lists[i]; *column != NULL; column++) {
			if (!row_changes_is_about(proofs, step, difference->table, *column))
				return false;
			any = true;
		}
	}
	return any;
}

/* *ret_usual: the usual hint fits one of them. */
static void
row_changes_find_changes(const RunRowProofs *proofs, const RunRowStep *step, CheckFindings *findings,
                         SourcePosition *place, GString *reported, bool *ret_usual)
{
	const GPtrArray *changes = step->after->changes;
	g_autoptr(GPtrArray) differences = rows_state_compare(step->before->rows, step->after->rows);

	*ret_usual = false;
	for (guint i = 0; changes != NULL && i < changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(changes, i);
		if (row_changes_is_remark(change))
			g_string_append_printf(reported, "%s%s", reported->len > 0 ? "\n" : "", change->text);
		if (row_changes_is_harmless(proofs, step, change))
			continue;
		*ret_usual |= change->hint == NULL;
		row_changes_add_change(step, change, findings, place);
	}
	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		/* Added rows do not change existing ones, and neither does a new name. */
		if (difference->rows_before == 0 || difference->rows_after > difference->rows_before ||
		    row_changes_is_renaming(step, difference) || row_changes_have_said(proofs, step, difference))
			continue;
		g_autofree char *line = rows_difference_describe(difference);
		g_string_append_printf(reported, "%s%s", reported->len > 0 ? "\n" : "", line);
	}
}

/* Whether a table of the list has rows that no migration has made. */
static bool
row_changes_any_has_own_rows(const RunRowProofs *proofs, const RunRowStep *step, const char *const *tables)
{
	for (; *tables != NULL; tables++)
		if (row_changes_has_own_rows(proofs, step, *tables))
			return true;
	return false;
}

/* Rows that are there, but not for who asks the parent of their table. */
static void
row_changes_find_left_children(const RunRowProofs *proofs, const RunRowStep *step, CheckFindings *findings,
                               SourcePosition *place)
{
	g_autoptr(GPtrArray) left = check_children_find_left(step->before, step->after);

	for (guint i = 0; i < left->len; i++) {
		const CheckLeftChild *child = g_ptr_array_index(left, i);
		if (!row_changes_any_has_own_rows(proofs, step, (const char *const *)child->holders))
			continue;
		g_auto(GStrv) parts = g_strsplit(child->child, ".", -1);
		const char *words[] = { "INHERIT", "DETACH", parts[g_strv_length(parts) - 1], NULL };
		g_autofree char *summary = g_strdup_printf("\"%s\" hides rows: %s", step->migration->name, child->text);
		if (findings->n == 0)
			*place = check_place_find(step->migration->up, words);
		check_findings_add(findings, summary, child->text);
	}
}

/* A way out that is the same for several is said behind the last of them. */
static char *
row_changes_describe_unnamed(const GPtrArray *unnamed, guint i)
{
	const CheckUnnamed *one = g_ptr_array_index(unnamed, i);
	const CheckUnnamed *next = i + 1 < unnamed->len ? g_ptr_array_index(unnamed, i + 1) : NULL;

	if (next != NULL && strcmp(one->hint, next->hint) == 0)
		return g_strdup(one->text);
	return g_strdup_printf("%s\nhint: %s; or say under \"changes\" why it is wanted", one->text, one->hint);
}

static void
row_changes_find_unnamed(const RunRowStep *step, CheckFindings *findings, SourcePosition *place)
{
	g_autoptr(GPtrArray) unnamed = check_unnamed_find(step->before, step->after, step->migration->up);

	for (guint i = 0; i < unnamed->len; i++) {
		const CheckUnnamed *one = g_ptr_array_index(unnamed, i);
		const char *const words[] = { one->word, NULL };
		g_autofree char *summary = g_strdup_printf("\"%s\" changes more than it names: %s",
		                                           step->migration->name, one->text);
		g_autofree char *details = row_changes_describe_unnamed(unnamed, i);
		if (findings->n == 0)
			*place = check_place_find(step->migration->up, words);
		check_findings_add(findings, summary, details);
	}
}

/* Whether the failure of an earlier proof is about the value. */
static bool
row_changes_has_failed_by(const char *failure, const char *value)
{
	g_autofree char *quoted = g_strdup_printf("\"%s\"", value);

	return failure != NULL && strstr(failure, quoted) != NULL;
}

/* Who still asks for a value that a column cannot have any more. */
static void
row_changes_find_left_labels(const RunRowStep *step, const char *failure, CheckFindings *findings,
                             SourcePosition *place)
{
	static const char hint[] =
	    "hint: let it ask for the new value, in the same migration; or say under \"changes\" "
	    "why it may stay";
	g_autoptr(GPtrArray) labels = check_labels_find(step->before->catalog, step->after->catalog);

	guint n_before = findings->n;
	for (guint i = 0; i < labels->len; i++) {
		const CheckLeftLabel *left = g_ptr_array_index(labels, i);
		if (row_changes_has_failed_by(failure, left->label))
			continue;
		const char *const words[] = { left->label, left->column, NULL };
		g_autofree char *summary = g_strdup_printf("\"%s\" leaves an old value behind: %s",
		                                           step->migration->name, left->text);
		if (findings->n == 0)
			*place = check_place_find(step->migration->up, words);
		check_findings_add(findings, summary, left->text);
	}
	if (findings->n > n_before)
		check_findings_add(findings, hint, hint);
}

/* What protected the rows, and is off. */
static bool
row_changes_find_switched_off(const RunRowProofs *proofs, const RunRowStep *step, CheckFindings *findings,
                              SourcePosition *place, GError **error)
{
	g_autoptr(GPtrArray) list = check_switched_off_find(step->before, step->after, step->migration->up);

	if (!check_switched_off_add_keys(proofs->stage->workspace.session, step->migration->up, list, error))
		return false;
	for (guint i = 0; i < list->len; i++) {
		const CheckSwitchedOff *off = g_ptr_array_index(list, i);
		g_autofree char *summary = g_strdup_printf("after \"%s\" a protection is off: %s",
		                                           step->migration->name, off->text);
		g_autofree char *details = g_strdup_printf("%s\nhint: %s; or say under \"changes\" why it is wanted",
		                                           off->text, off->hint);
		if (findings->n == 0)
			*place = off->place;
		check_findings_add(findings, summary, details);
	}
	return true;
}

/* The line that the terminal shows of a change which is no failure. */
static void
row_changes_say(ReportCase *test_case, const char *reported)
{
	g_auto(GStrv) lines = g_strsplit(reported, "\n", -1);
	guint n = g_strv_length(lines);
	g_autofree char *more = n > 1 ? g_strdup_printf(", and %u more", n - 1) : g_strdup("");

	report_case_set(test_case, REPORT_PASSED, "the up changes rows: %s%s", lines[0], more);
}

/* Keys that hold less are only reported: rows with NULL may be meant to repeat. *ret_wider is the caller's, or NULL. */
static void
row_changes_note_wider(const RunRowStep *step, ReportCase *test_case, char **ret_wider)
{
	*ret_wider = check_key_wider(step->before->catalog, step->after->catalog, step->migration->up);
	if (*ret_wider != NULL)
		report_case_note(
		    test_case,
		    "%s\nhint: SET NOT NULL, UNIQUE NULLS NOT DISTINCT (from PostgreSQL 15 on), or one more unique "
		    "index for the rows with NULL",
		    *ret_wider);
}

bool
run_row_proof_changes(RunRowProofs *proofs, const RunRowStep *step, RowVerdict *verdict, GError **error)
{
	static const char hint[] =
	    "hint: keep the values (rename instead of dropping and adding; copy them before), or say "
	    "under \"changes\" why they may go";
	static const char hint_of_children[] =
	    "hint: put the rows into a table that stays, or say under \"changes\" why nobody asks the parent for them";
	const char *accepted = run_row_proofs_accepted(proofs, step->migration);
	g_auto(CheckFindings) findings = { 0 };
	SourcePosition place = { 0 };
	g_autoptr(GString) reported = g_string_new(NULL);
	ReportCase *test_case = verdict->test_case;

	bool usual = false;
	row_changes_find_changes(proofs, step, &findings, &place, reported, &usual);
	if (usual)
		check_findings_add(&findings, hint, hint);
	guint n_before = findings.n;
	row_changes_find_left_children(proofs, step, &findings, &place);
	if (findings.n > n_before)
		check_findings_add(&findings, hint_of_children, hint_of_children);
	row_changes_find_unnamed(step, &findings, &place);
	row_changes_find_left_labels(step, verdict->failure, &findings, &place);
	if (!row_changes_find_switched_off(proofs, step, &findings, &place, error))
		return false;
	g_autofree char *untouched = check_untouched_describe(step->after->untouched, step->migration->up);
	if (reported->len > 0 || untouched != NULL)
		report_case_note(test_case, "%s%s%s%s",
		                 reported->len > 0 ? "the up changes rows that are there:\n" : "", reported->str,
		                 reported->len > 0 && untouched != NULL ? "\n" : "",
		                 untouched != NULL ? untouched : "");
	g_autofree char *wider = NULL;
	row_changes_note_wider(step, test_case, &wider);
	verdict->proved = rows_state_total(step->before->rows) > 0 &&
	                  (findings.n > 0 || test_case->notes != NULL || accepted != NULL);
	if (findings.n > 0 && accepted != NULL) {
		report_case_note(test_case, "declared under \"changes\" (%s):\n%s", accepted, findings.all->str);
	} else if (findings.n > 0) {
		check_findings_report(&findings, test_case);
		test_case->position = place;
	} else if (accepted != NULL && reported->len == 0 && !verdict->accepted_before) {
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" is declared under \"changes\", but it changes nothing\n"
		                "hint: take it out of \"changes\"",
		                step->migration->name);
	} else if (reported->len > 0 && accepted == NULL) {
		row_changes_say(test_case, reported->str);
	} else if (wider != NULL && accepted == NULL) {
		report_case_set(test_case, REPORT_PASSED, "%.*s", (int)strcspn(wider, "\n"), wider);
	}
	return true;
}
