/*
 * NOT IN over a query that gives NULL: it is never true, so that the statement finds no row.
 */
#ifndef CHECK_CHANGES_NOT_IN_H
#define CHECK_CHANGES_NOT_IN_H

#include "check/changes/changes.h"

/* A question of the table of statements in updates.c. */
bool check_not_in_suspects(const char *sql);
bool check_not_in_ask(DbSession *session, const MigrationStatement *statement, GPtrArray *changes, GError **error);

#endif
