/*
 * The losses of a migration's down, with examples: it is run again, with copies of the tables.
 */
#ifndef CHECK_PROOF_LOSSES_H
#define CHECK_PROOF_LOSSES_H

#include "check/workspace/workspace.h"
#include "rows/state/state.h"

typedef struct {
	CheckWorkspace *workspace; /* in the transaction in which the losses were seen */
	const Migration *migration;
	const RowsState *rows;      /* from before the up */
	const DbResult *sequences;  /* of check_sequences_read_used(), from before the up */
	const GPtrArray *different; /* of RowsDifference *: the tables that have lost something */
} CheckLosses;

/* Rolls the transaction back, and goes up and down once more in another one, which is left open: to be rolled back.
 * *ret_losses is what rows_explain() gives, for the caller to unref; NULL: up and down did not go through this time. */
bool check_losses_reproduce(const CheckLosses *losses, GPtrArray **ret_losses, GError **error);

/* The copies, of the tables that the differences (NULL: of all) are about. */
bool check_losses_keep_rows(DbSession *session, const RowsState *rows, const GPtrArray *different, GError **error);

#endif
