/*
 * Saying what failed, and where in the file.
 */
#ifndef MIGRATION_RUNNER_OUTCOME_H
#define MIGRATION_RUNNER_OUTCOME_H

#include "migration/runner/runner.h"

/* Fills the outcome with the server's error of the last call on the session. Its position in the script is the
 * character that the server names, else the line of the COPY data or of the DO block from its context, else the
 * statement. `statement` NULL: the failure belongs to the script as a whole. `step` names the step if it was not a
 * statement of the script ("at COMMIT"), else NULL. `cause` is the message if there is no error of the server. */
void migration_outcome_fail(MigrationOutcome *outcome, DbSession *session, const MigrationScript *script,
                            const MigrationStatement *statement, const char *step, const char *cause);

/* The Debian package that has the extension, for the major version of the server; NULL when it is not known. The
 * caller frees it. */
char *migration_extension_package(const char *extension, int major);

#endif
