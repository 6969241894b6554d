/*
 * INSERT ... SELECT from two tables without a condition between them, although a foreign key says which row of the one
 * belongs to a row of the other: each is paired with all.
 */
#ifndef CHECK_CHANGES_PAIRS_H
#define CHECK_CHANGES_PAIRS_H

#include "check/changes/changes.h"

/* A question of the table of statements in updates.c. */
bool check_pairs_suspects(const char *sql);
bool check_pairs_ask(DbSession *session, const MigrationStatement *statement, GPtrArray *changes, GError **error);

#endif
