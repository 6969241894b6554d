/*
 * The proofs about each migration once it has run on tables with rows, besides its down: one row of a table each.
 */
#ifndef RUN_STAGE_ROUND_TRIP_ROW_PROOFS_H
#define RUN_STAGE_ROUND_TRIP_ROW_PROOFS_H

#include "check/proof/round_trip.h"
#include "run/stage/work/work.h"

/* The state of the proofs of one database between migrations. */
typedef struct RunRowProofs RunRowProofs;

RunRowProofs *run_row_proofs_new(RunStage *stage);
void run_row_proofs_free(RunRowProofs *proofs); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunRowProofs, run_row_proofs_free)

/* Where the proofs begin, or go on with other rows. */
typedef struct {
	const RowsState *rows;          /* before the tables were filled */
	const RowsState *filled;        /* as they are */
	const CatalogSnapshot *catalog; /* where next is given */
	const Migration *next;          /* only what its up can touch is tried; NULL: all */
} RunRowBeginning;

/* Finds out which writes work on the stage's database as it is. */
bool run_row_proofs_begin(RunRowProofs *proofs, const RunRowBeginning *beginning, GError **error);
/* The database is another one, at the same migration, without rows of ours. */
void run_row_proofs_rebuilt(RunRowProofs *proofs);

/* One migration that was applied. */
typedef struct {
	const Migration *migration;
	const CheckAfter *before; /* where the database stood */
	const CheckAfter *after;  /* where it stood right behind the migration */
	const RowsState *filled;  /* the contents of the tables after they were filled */
} RunRowStep;

/* Proves it, and reports a case for each proof that had something to prove. The database stays as it is. */
bool run_row_proofs_step(RunRowProofs *proofs, const RunRowStep *step, GError **error);

/* The last migration was applied. */
void run_row_proofs_end(RunRowProofs *proofs);

#endif
