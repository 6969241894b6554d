/*
 * Columns and rows that triggers write whenever a row is updated: the time of its last change, a version, a row of a
 * log. An up that updates rows leaves such changes, and a down that restores everything else is correct.
 */
#ifndef ROWS_TRIGGERS_H
#define ROWS_TRIGGERS_H

#include "rows/state/copy.h"

/* Whether some of the differences (of RowsDifference *; of tables of `before`) may come from a trigger on UPDATE. False
 * is certain: none fires, or no code that could be run then names what differs. */
bool rows_triggers_may_explain(DbSession *session, const RowsState *before, const GPtrArray *differences, bool *ret_may,
                               GError **error);

/* Removes from the differences (of RowsDifference *; of tables of `before`, compared with the current state of the
 * session's database) those that come only from triggers on UPDATE: other values in columns that triggers write, and
 * added rows in tables that triggers insert into. These columns and tables are found by updates that are rolled
 * back: updates that keep all values, and updates of one column at a time. `losses` are those of rows_explain() for
 * the same differences; the columns removed here are removed from them, too. NULL: only checksums of columns are
 * known, and added rows stay in.
 *
 * The session is idle, in another transaction than the one that made the differences: within that one, the time of
 * the last change would be the same again. *ret_left_out lists the removed differences, one a line; NULL: none. The
 * caller frees it. */
bool rows_triggers_leave_out(DbSession *session, const RowsState *before, GPtrArray *differences, GPtrArray *losses,
                             char **ret_left_out, GError **error);

#endif
