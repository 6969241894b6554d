/*
 * Labels of an enum, and values of a text with a list of them, that become one, though the statement does not name
 * them: CASE ... ELSE, label = 'a'.
 */
#ifndef CHECK_CHANGES_MERGED_H
#define CHECK_CHANGES_MERGED_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c: of a column that gets another type, or that the migration drops. */
bool check_merged_suspects(const CheckUpdate *update);
bool check_merged_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                      GPtrArray *changes, GError **error);

/* The columns to which a CHECK gives a list of values, for the `closed` of an update. The caller frees it. NULL with
 * *error. */
char *check_merged_read_closed(DbSession *session, GError **error);

#endif
