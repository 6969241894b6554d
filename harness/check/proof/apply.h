/*
 * Applies a migration without proving its way back, and says where the database stands then.
 */
#ifndef CHECK_PROOF_APPLY_H
#define CHECK_PROOF_APPLY_H

#include "check/changes/changes.h"
#include "migration/runner/runner.h"

/* Where the database stands afterwards. */
typedef struct {
	CatalogSnapshot
	    *catalog;    /* behind the migration's up; NULL: the up fails, and it stands before it, as it did */
	RowsState *rows; /* the contents of the tables then; NULL if rows are not read, or if the up fails */
	MigrationOutcome failure; /* of the up, when it fails */
	gint64 up_duration;       /* microseconds that the up alone has taken */
	bool down_refused;        /* with few_rows_decide: the server has refused the down */
	bool few_rows_decide;     /* the case fails only because of a few rows: it may pass with others */
	bool lossy_unused;        /* declared lossy, and the down lost nothing; but the declaration may be about rows
	                           * that use the up */
	bool reordered;           /* the down restores the schema, but with columns in another order */
	GPtrArray *untouched;     /* of const MigrationStatement *: statements of the up that found no row to change; or
	                           * NULL */
	GPtrArray *changes;       /* of CheckChange *: changes of rows by the up, if there is a suspicion; or NULL */
} CheckAfter;

void check_after_clear(CheckAfter *after);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckAfter, check_after_clear)

/* Applies a migration without proving anything, on a workspace that stands before it. When the up fails, the database
 * stands where the tool leaves it. */
bool check_apply(CheckWorkspace *workspace, const Migration *migration, const RowsState *rows, CheckAfter *ret_after,
                 GError **error);

/* --- For round_trip.c --------------------------------------------------------- */

/* migration_runner_apply() or migration_runner_apply_within(). */
typedef bool (*CheckApplyFunction)(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                                   MigrationOutcome *ret_outcome, GError **error);

/* Applies the up on rows, and notes in after->untouched which of its statements find none. */
bool check_apply_watched(CheckApplyFunction apply, MigrationRunner *runner, const Migration *migration,
                         MigrationOutcome *outcome, CheckAfter *after, GError **error);

/* Sets after->rows to the current contents of the tables, on the way or at the end; does nothing without `known`. */
bool check_apply_read_rows(CheckWorkspace *workspace, const RowsState *known, CheckAfter *after, GError **error);

#endif
