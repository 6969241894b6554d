/*
 * Files that only psql can run: with its own commands (\i, \set, \copy) and variables in them.
 */
#ifndef MIGRATION_RUNNER_PSQL_H
#define MIGRATION_RUNNER_PSQL_H

#include "migration/runner/runner.h"

/* True when the file has lines that begin with a backslash, or uses one of the variables (char * -> char *, or NULL).
 */
bool migration_psql_is_needed(const Source *source, GHashTable *variables);

/* Runs the file of the script from the directory, as "psql -X -q -v ON_ERROR_STOP=1 -f FILE" does, on the
 * connection's database. An error of the server is in the outcome, with its position in the file. False with *error
 * (BASE_ERROR_ENVIRONMENT): there is no psql. */
bool migration_psql_run(DbSession *session, const MigrationScript *script, const char *directory, GHashTable *variables,
                        MigrationOutcome *outcome, GError **error);

#endif
