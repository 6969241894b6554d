/*
 * UPDATE ... SET x = (SELECT y FROM b LIMIT 1): the value of any row, and of the same one for all.
 */
#ifndef CHECK_CHANGES_PICK_H
#define CHECK_CHANGES_PICK_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c. With ORDER BY, the statement says which row it means. */
bool check_pick_suspects(const CheckUpdate *update);
bool check_pick_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                    GPtrArray *changes, GError **error);

#endif
