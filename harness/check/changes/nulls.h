/*
 * Expressions that are NULL because one of their columns is, while another one has a value: first || ' ' || last.
 */
#ifndef CHECK_CHANGES_NULLS_H
#define CHECK_CHANGES_NULLS_H

#include "check/changes/changes.h"
#include "check/changes/update.h"

/* A question of the table in updates.c: of what is put together by ||, and of what is calculated from its own column.
 * CASE and NULLIF mean their NULL. */
bool check_nulls_suspects(const CheckUpdate *update);
bool check_nulls_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                     GPtrArray *changes, GError **error);

/* Whether the script makes a generated column with ||. */
bool check_nulls_suspected(const MigrationScript *script);

/* Adds to `changes` the generated columns of `after` that `before` does not have, and that are such. The transaction is
 * open, behind the up. False with *error. */
bool check_nulls_find_generated(DbSession *session, const RowsState *before, const RowsState *after,
                                const MigrationScript *script, GPtrArray *changes, GError **error);

#endif
