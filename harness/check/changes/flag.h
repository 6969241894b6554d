/*
 * Flags that are set from a time, or from another flag, the wrong way round by their names: active, where
 * deactivated_at is set.
 */
#ifndef CHECK_CHANGES_FLAG_H
#define CHECK_CHANGES_FLAG_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* Whether the UPDATE sets a flag so. */
bool check_flag_suspects(const CheckUpdate *update);

/* Adds such flags, if there are rows that get one. False with *error. */
bool check_flag_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                    GPtrArray *changes, GError **error);

#endif
