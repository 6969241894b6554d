#include "run/stage/round_trip/row_proofs.h"

#include "check/changes/changes.h"
#include "check/changes/untouched.h"
#include "check/findings.h"
#include "check/proof/after_use.h"
#include "check/proof/children.h"
#include "check/proof/labels.h"
#include "check/proof/switched_off.h"
#include "check/proof/unnamed.h"
#include "check/workspace/place.h"
#include "check/writes/writes.h"
#include "run/job/declared.h"
#include "run/job/reach.h"

struct RunRowProofs {
	RunStage *stage;
	CheckWrites *writes;
	GHashTable *filled; /* OIDs of tables that have rows of ours: generated, or the suite's */
};

/* The result of one proof about one migration. */
typedef struct {
	ReportCase *test_case;
	bool proved;          /* there was something to prove */
	bool accepted_before; /* an earlier proof has found the change that the suite accepts under "changes" */
	bool accepts;         /* it was found by this one */
	const char *failure;  /* of an earlier proof; or NULL */
} RowVerdict;

typedef struct {
	const char *stage; /* of its cases; NULL ends the table */
	bool (*run)(RunRowProofs *proofs, const RunRowStep *step, RowVerdict *verdict, GError **error);
} RowProof;

RunRowProofs *
run_row_proofs_new(RunStage *stage)
{
	RunRowProofs *proofs = g_new0(RunRowProofs, 1);

	proofs->stage = stage;
	proofs->writes = check_writes_new();
	proofs->filled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return proofs;
}

void
run_row_proofs_free(RunRowProofs *proofs)
{
	if (proofs == NULL)
		return;
	check_writes_free(proofs->writes);
	g_hash_table_unref(proofs->filled);
	g_free(proofs);
}

static const char *
row_proofs_accepted(const RunRowProofs *proofs, const Migration *migration)
{
	const RunJob *job = proofs->stage->job;

	return run_job_declared(job, job->database->changes, migration);
}

/* --- The proofs ------------------------------------------------------------ */

static bool
row_proof_writes(RunRowProofs *proofs, const RunRowStep *step, RowVerdict *verdict, GError **error)
{
	guint n_tried = 0;
	bool declared_used = false;
	const CheckWritesStep writes = {
		.workspace = &proofs->stage->workspace,
		.migration = step->migration,
		.before = step->before->catalog,
		.after = step->after->catalog,
		.rows_before = step->before->rows,
		.rows_after = step->after->rows,
		.given_rows = proofs->stage->job->database->data->len > 0,
		.accepted = row_proofs_accepted(proofs, step->migration),
		.test_case = verdict->test_case,
	};

	if (!check_writes_prove(proofs->writes, &writes, &n_tried, &declared_used, error))
		return false;
	verdict->proved = n_tried > 0;
	verdict->accepts = declared_used;
	return true;
}

/* Rows that no migration has made. */
static bool
row_proofs_has_own_rows(const RunRowProofs *proofs, const RunRowStep *step, const char *table)
{
	const char *oid = rows_state_oid(step->before->rows, table);

	return oid != NULL && g_hash_table_contains(proofs->filled, oid);
}

/* Only reported: rows that came with a migration may go with one, and moved rows are not lost. */
static bool
row_proofs_is_harmless(const RunRowProofs *proofs, const RunRowStep *step, const CheckChange *change)
{
	return change->kind == CHECK_CHANGE_ROWS_MOVED || change->kind == CHECK_CHANGE_BY_CHANCE_IN_PART ||
	       !row_proofs_has_own_rows(proofs, step, change->table);
}

/* The statement that drops the column of the table; NULL: none does by name. */
static const MigrationStatement *
row_proofs_find_drop(const MigrationScript *script, const char *table, const char *column)
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

static SourcePosition
row_proofs_place_of_change(const RunRowStep *step, const CheckChange *change)
{
	const MigrationScript *script = step->migration->up;
	bool dropped = change->kind == CHECK_CHANGE_COLUMN_EMPTIED || change->kind == CHECK_CHANGE_COLUMN_LEFT;
	const char *dot = strrchr(change->table, '.');
	const MigrationStatement *statement = change->statement == NULL && dropped
	                                          ? row_proofs_find_drop(script, dot != NULL ? dot + 1 : change->table,
	                                                                 change->column)
	                                          : change->statement;
	if (statement != NULL)
		return base_source_position(migration_script_source(script),
		                            migration_script_source_offset(script, statement, 0));
	g_auto(GStrv) parts = g_strsplit(change->table, ".", -1);
	const char *table = parts[g_strv_length(parts) - 1];
	bool rows = change->kind == CHECK_CHANGE_ROWS_GONE;
	const char *words[] = { rows                     ? "DELETE"
		                : change->column != NULL ? change->column
		                                         : table,
		                rows ? "TRUNCATE" : table, table, NULL };

	return check_place_find(script, words);
}

/* Nothing but names is different. */
static bool
row_proofs_is_renaming(const RunRowStep *step, const RowsDifference *difference)
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
row_proofs_add_change(const RunRowStep *step, const CheckChange *change, CheckFindings *findings, SourcePosition *place)
{
	const char *what = change->kind == CHECK_CHANGE_BY_CHANCE   ? "leaves values to chance"
	                   : change->kind == CHECK_CHANGE_ZONE      ? "depends on the session"
	                   : change->kind == CHECK_CHANGE_NULL      ? "writes NULL"
	                   : change->kind == CHECK_CHANGE_BACKWARDS ? "turns a flag round"
	                                                            : "loses data";
	g_autofree char *summary = g_strdup_printf("\"%s\" %s: %s", step->migration->name, what, change->text);
	g_autoptr(GString) details = g_string_new(change->text);

	if (change->examples != NULL)
		g_string_append_printf(details, "\n%s", change->examples);
	if (change->hint != NULL)
		g_string_append_printf(details, "\nhint: %s; or say under \"changes\" why it is right", change->hint);
	if (findings->n == 0)
		*place = row_proofs_place_of_change(step, change);
	check_findings_add(findings, summary, details->str);
}

/* *ret_usual: the usual hint fits one of them. */
static void
row_proofs_find_changes(const RunRowProofs *proofs, const RunRowStep *step, CheckFindings *findings,
                        SourcePosition *place, GString *reported, bool *ret_usual)
{
	const GPtrArray *changes = step->after->changes;
	g_autoptr(GPtrArray) differences = rows_state_compare(step->before->rows, step->after->rows);

	*ret_usual = false;
	for (guint i = 0; changes != NULL && i < changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(changes, i);
		if (change->kind == CHECK_CHANGE_BY_CHANCE_IN_PART)
			g_string_append_printf(reported, "%s%s", reported->len > 0 ? "\n" : "", change->text);
		if (row_proofs_is_harmless(proofs, step, change))
			continue;
		*ret_usual |= change->hint == NULL;
		row_proofs_add_change(step, change, findings, place);
	}
	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		/* Added rows do not change existing ones, and neither does a new name. */
		if (difference->rows_before == 0 || difference->rows_after > difference->rows_before ||
		    row_proofs_is_renaming(step, difference))
			continue;
		g_autofree char *line = rows_difference_describe(difference);
		g_string_append_printf(reported, "%s%s", reported->len > 0 ? "\n" : "", line);
	}
}

/* Whether a table of the list has rows that no migration has made. */
static bool
row_proofs_any_has_own_rows(const RunRowProofs *proofs, const RunRowStep *step, const char *const *tables)
{
	for (; *tables != NULL; tables++)
		if (row_proofs_has_own_rows(proofs, step, *tables))
			return true;
	return false;
}

/* Rows that are there, but not for who asks the parent of their table. */
static void
row_proofs_find_left_children(const RunRowProofs *proofs, const RunRowStep *step, CheckFindings *findings,
                              SourcePosition *place)
{
	g_autoptr(GPtrArray) left = check_children_find_left(step->before, step->after);

	for (guint i = 0; i < left->len; i++) {
		const CheckLeftChild *child = g_ptr_array_index(left, i);
		if (!row_proofs_any_has_own_rows(proofs, step, (const char *const *)child->holders))
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
row_proofs_describe_unnamed(const GPtrArray *unnamed, guint i)
{
	const CheckUnnamed *one = g_ptr_array_index(unnamed, i);
	const CheckUnnamed *next = i + 1 < unnamed->len ? g_ptr_array_index(unnamed, i + 1) : NULL;

	if (next != NULL && strcmp(one->hint, next->hint) == 0)
		return g_strdup(one->text);
	return g_strdup_printf("%s\nhint: %s; or say under \"changes\" why it is wanted", one->text, one->hint);
}

static void
row_proofs_find_unnamed(const RunRowStep *step, CheckFindings *findings, SourcePosition *place)
{
	g_autoptr(GPtrArray) unnamed = check_unnamed_find(step->before, step->after, step->migration->up);

	for (guint i = 0; i < unnamed->len; i++) {
		const CheckUnnamed *one = g_ptr_array_index(unnamed, i);
		const char *const words[] = { one->word, NULL };
		g_autofree char *summary = g_strdup_printf("\"%s\" changes more than it names: %s",
		                                           step->migration->name, one->text);
		g_autofree char *details = row_proofs_describe_unnamed(unnamed, i);
		if (findings->n == 0)
			*place = check_place_find(step->migration->up, words);
		check_findings_add(findings, summary, details);
	}
}

/* Whether the failure of an earlier proof is about the value. */
static bool
row_proofs_has_failed_by(const char *failure, const char *value)
{
	g_autofree char *quoted = g_strdup_printf("\"%s\"", value);

	return failure != NULL && strstr(failure, quoted) != NULL;
}

/* Who still asks for a value that a column cannot have any more. */
static void
row_proofs_find_left_labels(const RunRowStep *step, const char *failure, CheckFindings *findings, SourcePosition *place)
{
	static const char hint[] =
	    "hint: let it ask for the new value, in the same migration; or say under \"changes\" "
	    "why it may stay";
	g_autoptr(GPtrArray) labels = check_labels_find(step->before->catalog, step->after->catalog);

	guint n_before = findings->n;
	for (guint i = 0; i < labels->len; i++) {
		const CheckLeftLabel *left = g_ptr_array_index(labels, i);
		if (row_proofs_has_failed_by(failure, left->label))
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
row_proofs_find_switched_off(const RunRowProofs *proofs, const RunRowStep *step, CheckFindings *findings,
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

static bool
row_proof_changes(RunRowProofs *proofs, const RunRowStep *step, RowVerdict *verdict, GError **error)
{
	static const char hint[] =
	    "hint: keep the values (rename instead of dropping and adding; copy them before), or say "
	    "under \"changes\" why they may go";
	static const char hint_of_children[] =
	    "hint: put the rows into a table that stays, or say under \"changes\" why nobody asks the parent for them";
	const char *accepted = row_proofs_accepted(proofs, step->migration);
	g_auto(CheckFindings) findings = { 0 };
	SourcePosition place = { 0 };
	g_autoptr(GString) reported = g_string_new(NULL);
	ReportCase *test_case = verdict->test_case;

	bool usual = false;
	row_proofs_find_changes(proofs, step, &findings, &place, reported, &usual);
	if (usual)
		check_findings_add(&findings, hint, hint);
	guint n_before = findings.n;
	row_proofs_find_left_children(proofs, step, &findings, &place);
	if (findings.n > n_before)
		check_findings_add(&findings, hint_of_children, hint_of_children);
	row_proofs_find_unnamed(step, &findings, &place);
	row_proofs_find_left_labels(step, verdict->failure, &findings, &place);
	if (!row_proofs_find_switched_off(proofs, step, &findings, &place, error))
		return false;
	g_autofree char *untouched = check_untouched_describe(step->after->untouched, step->migration->up);
	if (reported->len > 0 || untouched != NULL)
		report_case_note(test_case, "%s%s%s%s",
		                 reported->len > 0 ? "the up changes rows that are there:\n" : "", reported->str,
		                 reported->len > 0 && untouched != NULL ? "\n" : "",
		                 untouched != NULL ? untouched : "");
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
	}
	return true;
}

/* The way back once the new release has written. */
static bool
row_proof_after_use(RunRowProofs *proofs, const RunRowStep *step, RowVerdict *verdict, GError **error)
{
	const RunJob *job = proofs->stage->job;
	ReportCase *test_case = verdict->test_case;
	const char *lossy = run_job_declared(job, job->database->lossy, step->migration);
	const CheckAfterUse trial = { .workspace = &proofs->stage->workspace,
		                      .migration = step->migration,
		                      .before = step->before->catalog,
		                      .after = step->after->catalog };
	g_autofree char *failure = NULL;
	SourcePosition position;
	guint n_used = 0;

	if (step->migration->down == NULL || job->database->rollback == SUITE_ROLLBACK_NONE ||
	    migration_script_scope(step->migration->down) == MIGRATION_SCOPE_EXTERNAL ||
	    run_job_declared(job, job->database->irreversible, step->migration) != NULL)
		return true;
	if (!check_after_use(&trial, &n_used, &failure, &position, error))
		return false;
	verdict->proved = n_used > 0 || step->after->lossy_unused;
	if (failure == NULL && step->after->lossy_unused)
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" is declared lossy, but its down loses nothing, also once the up was used\n"
		                "hint: take it out of \"lossy\"",
		                step->migration->name);
	if (failure == NULL)
		return true;
	bool fails = job->database->after_use_fails && lossy == NULL;
	report_case_set(
	    test_case, fails ? REPORT_FAILED : REPORT_PASSED,
	    "%s\nhint: let the down take such rows back first (UPDATE, DELETE), or declare the migration under "
	    "\"lossy\" or \"irreversible\"",
	    failure);
	test_case->position = position;
	if (!fails && lossy != NULL)
		report_case_note(test_case, "declared lossy (%s): %s", lossy, failure);
	else if (!fails)
		report_case_note(test_case, "%s", failure);
	return true;
}

static const RowProof row_proofs[] = {
	{ "writes", row_proof_writes },
	{ "changes", row_proof_changes },
	{ "after use", row_proof_after_use },
	{ NULL },
};

/* --- From migration to migration -------------------------------------------- */

static void
row_proofs_note_filled(RunRowProofs *proofs, const RowsState *before, const RowsState *filled)
{
	for (guint i = 0; i < rows_state_size(filled); i++) {
		const char *table = rows_state_name(filled, i);
		if (rows_state_rows(filled, table) > MAX(rows_state_rows(before, table), 0))
			g_hash_table_add(proofs->filled, g_strdup(rows_state_oid(filled, table)));
	}
}

bool
run_row_proofs_begin(RunRowProofs *proofs, const RunRowBeginning *beginning, GError **error)
{
	const RowsState *filled = beginning->filled;
	g_autoptr(GPtrArray)
	    touched = beginning->next != NULL ? run_reach_find_touched(beginning->catalog, beginning->next) : NULL;
	const CheckWritesStep step = { .workspace = &proofs->stage->workspace, .only = touched };
	guint n_tried = 0;
	bool declared_used = false;

	row_proofs_note_filled(proofs, beginning->rows, filled);
	return rows_state_size(filled) == 0 ||
	       check_writes_prove(proofs->writes, &step, &n_tried, &declared_used, error);
}

void
run_row_proofs_rebuilt(RunRowProofs *proofs)
{
	g_hash_table_remove_all(proofs->filled);
}

bool
run_row_proofs_step(RunRowProofs *proofs, const RunRowStep *step, GError **error)
{
	bool accepted = false;
	g_autofree char *failure = NULL;

	for (const RowProof *proof = row_proofs; proof->stage != NULL; proof++) {
		gint64 start = g_get_monotonic_time();
		g_autoptr(ReportCase) test_case = run_stage_case(proofs->stage, proof->stage, step->migration->name,
		                                                 migration_script_position(step->migration->up));
		RowVerdict verdict = { .test_case = test_case, .accepted_before = accepted, .failure = failure };
		if (!proof->run(proofs, step, &verdict, error))
			return false;
		accepted |= verdict.accepts;
		if (test_case->status == REPORT_FAILED && failure == NULL)
			failure = g_strdup(test_case->message);
		test_case->duration = g_get_monotonic_time() - start;
		if (verdict.proved)
			run_stage_report(g_steal_pointer(&test_case), proofs->stage);
	}
	row_proofs_note_filled(proofs, step->after->rows, step->filled);
	return true;
}

void
run_row_proofs_end(RunRowProofs *proofs)
{
	SourcePosition nowhere = { .path = proofs->stage->job->set->directory };
	g_autofree char *unfilled = check_writes_describe_unfilled(proofs->writes);

	if (check_writes_functions_state(proofs->writes) != CHECK_FUNCTIONS_UNUSED)
		run_stage_property(proofs->stage, "plpgsql_check",
		                   check_writes_functions_state(proofs->writes) == CHECK_FUNCTIONS_CHECKED
		                       ? "checks functions after each migration"
		                       : "not there: branches of functions that no row reaches are not tested");
	if (unfilled == NULL)
		return;
	ReportCase *test_case = run_stage_case(proofs->stage, "writes", "every materialized view can be read", nowhere);
	report_case_set(test_case, REPORT_FAILED,
	                "%s\nhint: REFRESH MATERIALIZED VIEW in a migration, or leave WITH NO DATA out", unfilled);
	run_stage_report(test_case, proofs->stage);
}
