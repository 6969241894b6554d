/*
 * Divisions of whole numbers whose result goes into a column that has room for fractions.
 */
#ifndef CHECK_CHANGES_DIVISION_H
#define CHECK_CHANGES_DIVISION_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* Whether an expression of the UPDATE divides, without saying what becomes of the rest. */
bool check_division_suspects(const CheckUpdate *update);

/* Adds the columns that get less than what a division of numbers with fractions gives. False with *error. */
bool check_division_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                        GPtrArray *changes, GError **error);

#endif
