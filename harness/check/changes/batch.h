/*
 * UPDATEs of one batch of rows (WHERE id IN (SELECT ... LIMIT 1000)) that take over a column which is then dropped.
 */
#ifndef CHECK_CHANGES_BATCH_H
#define CHECK_CHANGES_BATCH_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c. */
bool check_batch_suspects(const CheckUpdate *update);
bool check_batch_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                     GPtrArray *changes, GError **error);

#endif
