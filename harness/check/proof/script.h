/*
 * Runs the statements of a script as they are: no transaction, no history row, no stand-ins.
 */
#ifndef CHECK_PROOF_SCRIPT_H
#define CHECK_PROOF_SCRIPT_H

#include "migration/runner/runner.h"

/* An SQL error is reported in *ret_outcome, with its place. False with *error only when the connection is lost or the
 * run interrupted. */
bool check_script_run(DbSession *session, const MigrationScript *script, MigrationOutcome *ret_outcome, GError **error);

#endif
