/*
 * ADD COLUMN IF NOT EXISTS that does nothing, because the table has another column of the name.
 */
#ifndef RUN_STAGE_COLUMN_EXISTS_H
#define RUN_STAGE_COLUMN_EXISTS_H

#include "db/session.h"
#include "migration/text/script.h"

/* Looks for the statement of the script that adds the column to the table (names without quotes), and tries it in a
 * transaction that is rolled back. *ret_other says how the column that is there differs ("the column that is there has
 * the type integer, not numeric(12,2)"); NULL: it does not, or nothing is known. *ret_statement is owned by the script;
 * NULL: there is none. The caller frees *ret_other. The session is idle. False with *error. */
bool run_column_exists_judge(DbSession *session, const MigrationScript *script, const char *table, const char *column,
                             const MigrationStatement **ret_statement, char **ret_other, GError **error);

#endif
