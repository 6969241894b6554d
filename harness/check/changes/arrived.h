/*
 * Values of a column that is dropped, which the migration has taken over in part: what did not arrive is lost.
 */
#ifndef CHECK_CHANGES_ARRIVED_H
#define CHECK_CHANGES_ARRIVED_H

#include "check/changes/changes.h"

/* Whether the script writes rows and names the column (and its table), so that its values may have gone elsewhere. */
bool check_arrived_suspected(const MigrationScript *script, const char *table, const char *column);
/* The same of a statement that does not name this other column. */
bool check_arrived_elsewhere(const MigrationScript *script, const char *table, const char *column, const char *other);

/* Adds to `changes` the columns that are gone in `after`, also with their table, and of which a statement has filled
 * another column that now lacks some values. The copies of rows_keep_copy are there, and the transaction is open. False
 * with *error. */
bool check_arrived_find(DbSession *session, const RowsState *before, const RowsState *after,
                        const MigrationScript *script, GPtrArray *changes, GError **error);

#endif
