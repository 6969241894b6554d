/*
 * The state of a database that a crash must not change: the catalog, the history of the migration tool, the rows, the
 * positions of sequences.
 */
#ifndef CHECK_CRASH_STATE_H
#define CHECK_CRASH_STATE_H

#include "check/workspace/workspace.h"
#include "rows/state/state.h"

typedef struct {
	CatalogSnapshot *catalog;
	GHashTable *applied; /* the names of the migrations that the history says are applied */
	RowsState *rows;     /* the history table's, too */
	DbResult *sequences;
	bool repaired;  /* the tool's repair was run, which may leave more rows in its history; set by the caller */
	bool recovered; /* the server has recovered from a crash, which empties unlogged tables; set by the caller */
} CheckCrashState;

void check_crash_state_clear(CheckCrashState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckCrashState, check_crash_state_clear)

/* Reads it; the workspace must be connected. */
bool check_crash_state_read(CheckWorkspace *workspace, CheckCrashState *ret_state, GError **error);

/* The differences between `now` and `before` in both directions, one a line, at most 50 lines; NULL when they are
 * the same: the same catalog, the same rows with the same values, the same history. A sequence may have advanced.
 * The caller frees it. */
char *check_crash_state_left(const CheckWorkspace *workspace, const Migration *migration, const CheckCrashState *before,
                             const CheckCrashState *now);

/* In what `now` is not the state `after`, in the same way; NULL when it is that state: the same catalog, as many rows
 * in each table, the same migrations in the history. Values are not compared, because two runs of a migration may well
 * write different ones (times, random numbers). */
char *check_crash_state_missed(const CheckWorkspace *workspace, const CheckCrashState *after,
                               const CheckCrashState *now);

#endif
