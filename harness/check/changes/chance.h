/*
 * UPDATE ... FROM that leaves it to chance which row a value comes from: several rows fit, and they differ.
 */
#ifndef CHECK_CHANGES_CHANCE_H
#define CHECK_CHANGES_CHANCE_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c. */
bool check_chance_suspects(const CheckUpdate *update);
bool check_chance_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                      GPtrArray *changes, GError **error);

#endif
