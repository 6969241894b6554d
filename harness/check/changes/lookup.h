/*
 * UPDATEs that look rows of another table up by a column which is then dropped, and find none for some of its values.
 */
#ifndef CHECK_CHANGES_LOOKUP_H
#define CHECK_CHANGES_LOOKUP_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c. Only where the script fills the other table from that column, so that it means
 * all values. */
bool check_lookup_suspects(const CheckUpdate *update);
bool check_lookup_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                      GPtrArray *changes, GError **error);

#endif
