/* The parts of a script's run: step.c, watched.c, messages.c, run.c, each of which calls only those before it; no
 * other file includes it. */
#ifndef MIGRATION_RUNNER_RUN_PRIVATE_H
#define MIGRATION_RUNNER_RUN_PRIVATE_H

#include "migration/runner/runner.h"
#include "migration/runner/runner_private.h"

/* One script that runs. Its functions give false when it cannot go on: then either the outcome has failed, or *error
 * is set. */
typedef struct {
	MigrationRunner *runner;
	const Migration *migration;
	MigrationDirection direction;
	const MigrationScript *script;
	MigrationOutcome *outcome;
	gint64 start;
	GString *warnings;
	bool in_transaction; /* one of ours is around the script */
	bool without_own;    /* and the script's own is left out */
	guint n_executed;    /* statements */
	GError **error;
} MigrationRun;

/* --- Steps (step.c) ----------------------------------------------------------- */

/* The server, or the connection, has refused: see migration_run_fail. */
bool migration_run_refused(MigrationRun *run, const MigrationScript *script, const MigrationStatement *statement,
                           const char *step, GError *cause);

/* Runs SQL of our own; `step` names its purpose. */
bool migration_run_execute(MigrationRun *run, const char *sql, const char *step);

/* Calls the runner's hook. */
bool migration_run_reach(MigrationRun *run, MigrationPoint point);

/* --- Somebody who watches (watched.c) ------------------------------------------- */

/* Sends the message statement by statement; `send` sends one of them. */
bool migration_run_send_watched(MigrationRun *run, const MigrationMessage *message,
                                bool (*send)(MigrationRun *run, const MigrationStatement *statement));

/* Tells the watch that a transaction has ended. */
bool migration_run_note_end(MigrationRun *run);

/* --- Messages (messages.c) ----------------------------------------------------- */

/* Sends the messages in order, with stand-ins instead of the statements they replace. */
bool migration_run_send(MigrationRun *run);

/* Sends all messages and the history row by the extended protocol, ended by one Sync: one transaction, unless the
 * format breaks it. */
bool migration_run_send_pipeline(MigrationRun *run);

/* True if a stand-in has to replace a statement. */
bool migration_run_needs_stand_in(const MigrationRun *run);

#endif
