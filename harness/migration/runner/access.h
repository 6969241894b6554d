/*
 * The parts of the runner that the functions of a format may use.
 */
#ifndef MIGRATION_RUNNER_ACCESS_H
#define MIGRATION_RUNNER_ACCESS_H

#include "migration/runner/runner.h"

const MigrationSet *migration_runner_set(const MigrationRunner *runner);
DbSession *migration_runner_session(const MigrationRunner *runner);
/* The history table, quoted for SQL: "public"."schema_migrations". */
const char *migration_runner_history(const MigrationRunner *runner);
/* True while a script runs in the caller's transaction, which the tool itself has none of:
 * migration_runner_apply_within.
 */
bool migration_runner_is_within(const MigrationRunner *runner);
/* True when the history may be written by other statements than the tool's: migration_runner_set_brief. */
bool migration_runner_is_brief(const MigrationRunner *runner);
/* The schema of the history table, not quoted. */
const char *migration_runner_history_schema(const MigrationRunner *runner);
/* Sets *ret_has if the history table exists. */
bool migration_runner_has_history(MigrationRunner *runner, bool *ret_has, GError **error);
/* True while the runner takes over a database that has a past: `begin` may not refuse it for that. */
bool migration_runner_is_baseline(const MigrationRunner *runner);
/* The format's own state of a run; freed with the runner. */
gpointer migration_runner_state(const MigrationRunner *runner);
void migration_runner_set_state(MigrationRunner *runner, gpointer state, GDestroyNotify free_state);

#endif
