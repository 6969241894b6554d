/*
 * Numbers with fractions that a cast to whole ones rounds before they are calculated with, where their column is
 * dropped: cents = price::int * 100.
 */
#ifndef CHECK_CHANGES_ROUNDED_H
#define CHECK_CHANGES_ROUNDED_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c: of a column that the migration drops. round(), trunc(), floor() and ceil() mean
 * it, and so does a statement that reads the column elsewhere. */
bool check_rounded_suspects(const CheckUpdate *update);
bool check_rounded_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                       GPtrArray *changes, GError **error);

#endif
