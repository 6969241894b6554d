#include "run/stage/round_trip/row_proofs_private.h"

#include "check/proof/after_use.h"
#include "run/job/declared.h"
#include "run/job/reach.h"

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

const char *
run_row_proofs_accepted(const RunRowProofs *proofs, const Migration *migration)
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
		.accepted = run_row_proofs_accepted(proofs, step->migration),
		.test_case = verdict->test_case,
	};

	if (!check_writes_prove(proofs->writes, &writes, &n_tried, &declared_used, error))
		return false;
	verdict->proved = n_tried > 0;
	verdict->accepts = declared_used;
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
	{ "changes", run_row_proof_changes },
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
