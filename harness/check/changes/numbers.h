/*
 * UPDATEs that take a row of another table by its number, where both tables number their rows by themselves, and a
 * foreign key says which row belongs to which: WHERE c.id = invoice.id.
 */
#ifndef CHECK_CHANGES_NUMBERS_H
#define CHECK_CHANGES_NUMBERS_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c. Tables that the script makes or fills may well have the same numbers. */
bool check_numbers_suspects(const CheckUpdate *update);
bool check_numbers_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                       GPtrArray *changes, GError **error);

#endif
