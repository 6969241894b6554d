/*
 * Types with a time zone that become types without one, or the other way round, by the time zone of whoever runs the
 * migration.
 */
#ifndef CHECK_CHANGES_ZONE_H
#define CHECK_CHANGES_ZONE_H

#include "check/changes/changes.h"

/* If the up has such columns, runs it once more with another TimeZone, in a transaction that is rolled back, and adds
 * the columns with other values than in `after` to `changes`. The session is idle, as for check_changes_examine. False
 * with *error. */
bool check_zone_find(CheckWorkspace *workspace, const Migration *migration, const RowsState *before,
                     const RowsState *after, GPtrArray *changes, GError **error);

#endif
