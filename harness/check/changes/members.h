/*
 * UPDATE ... SET x = x - 'name': a member of a JSON document that goes, while a column of its name has no value.
 */
#ifndef CHECK_CHANGES_MEMBERS_H
#define CHECK_CHANGES_MEMBERS_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c. */
bool check_members_suspects(const CheckUpdate *update);
bool check_members_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                       GPtrArray *changes, GError **error);

#endif
