/*
 * What triggers write whenever a row is updated: the time of its last change, a version, a row of a log. An up that
 * updates rows leaves it, too, and a down that puts all else back is right.
 */
#ifndef ROWS_TRIGGERS_H
#define ROWS_TRIGGERS_H

#include "rows/copy.h"

/* True when some table has a trigger on UPDATE that fires. */
bool rows_triggers_on_update(DbSession *session, bool *ret_any, GError **error);

/* Takes out of the differences (of RowsDifference *; of tables of `before`, compared with the session's database as it
 * is now) those that are nothing but what triggers write on UPDATE: other values in such columns, and rows that were
 * added to tables that get some so. Which these are is found out by updates that are rolled back: of rows that keep
 * their values, and of one column after the other. `losses` are those of rows_explain() for the same, which lose what
 * is taken out of the columns of a table, or NULL: then only checksums of columns are known, and added rows stay in.
 *
 * The session is idle, in another transaction than the one that made the differences: within that one, the time of the
 * last change is the same once more. *ret_left_out says what was taken out, one a line; NULL: nothing. The caller frees
 * it. */
bool rows_triggers_leave_out(DbSession *session, const RowsState *before, const CatalogExclusions *exclusions,
                             GPtrArray *differences, GPtrArray *losses, char **ret_left_out, GError **error);

#endif
