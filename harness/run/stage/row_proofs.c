#include "run/stage/row_proofs.h"

#include "check/proof/writes.h"

struct RunRowProofs {
	RunStage *stage;
	CheckWrites *writes;
	GHashTable *filled; /* OIDs of tables that have rows of ours: generated, or the suite's */
};

/* What one proof has found out about one migration. */
typedef struct {
	ReportCase *test_case;
	bool proved;  /* there was something to prove */
	bool accepts; /* what the suite accepts under "changes" was found */
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
	const CheckWritesStep writes = {
		.workspace = &proofs->stage->workspace,
		.migration = step->migration,
		.before = step->before->catalog,
		.after = step->after->catalog,
		.rows_before = step->before->rows,
		.rows_after = step->after->rows,
		.accepted = row_proofs_accepted(proofs, step->migration),
		.test_case = verdict->test_case,
	};

	if (!check_writes_prove(proofs->writes, &writes, &n_tried, error))
		return false;
	verdict->proved = n_tried > 0;
	verdict->accepts = writes.accepted != NULL && verdict->test_case->status == REPORT_SKIPPED;
	return true;
}

static const RowProof row_proofs[] = {
	{ "writes", row_proof_writes },
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
run_row_proofs_begin(RunRowProofs *proofs, const RowsState *rows, const RowsState *filled, GError **error)
{
	const CheckWritesStep step = { .workspace = &proofs->stage->workspace };
	guint n_tried = 0;

	row_proofs_note_filled(proofs, rows, filled);
	return rows_state_size(filled) == 0 || check_writes_prove(proofs->writes, &step, &n_tried, error);
}

void
run_row_proofs_rebuilt(RunRowProofs *proofs)
{
	g_hash_table_remove_all(proofs->filled);
}

bool
run_row_proofs_step(RunRowProofs *proofs, const RunRowStep *step, GError **error)
{
	for (const RowProof *proof = row_proofs; proof->stage != NULL; proof++) {
		gint64 start = g_get_monotonic_time();
		g_autoptr(ReportCase) test_case = run_stage_case(proofs->stage, proof->stage, step->migration->name,
		                                                 migration_script_position(step->migration->up));
		RowVerdict verdict = { .test_case = test_case };
		if (!proof->run(proofs, step, &verdict, error))
			return false;
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

	if (unfilled == NULL)
		return;
	ReportCase *test_case = run_stage_case(proofs->stage, "writes", "every materialized view can be read", nowhere);
	report_case_set(test_case, REPORT_FAILED,
	                "%s\nhint: REFRESH MATERIALIZED VIEW in a migration, or leave WITH NO DATA out", unfilled);
	run_stage_report(test_case, proofs->stage);
}
