/*
 * The state of the proofs, and those that have a file of their own.
 */
#ifndef RUN_STAGE_ROUND_TRIP_ROW_PROOFS_PRIVATE_H
#define RUN_STAGE_ROUND_TRIP_ROW_PROOFS_PRIVATE_H

#include "check/writes/writes.h"
#include "run/stage/round_trip/row_proofs.h"

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

/* The reason for which the suite accepts what the migration changes; NULL: it does not. */
const char *run_row_proofs_accepted(const RunRowProofs *proofs, const Migration *migration);

/* What the up does to rows that were there, and to what protects them (row_changes.c). Sets the verdict and its case.
 * False with *error when the server was lost or refused a query of ours. */
bool run_row_proof_changes(RunRowProofs *proofs, const RunRowStep *step, RowVerdict *verdict, GError **error);

#endif
