/* Declarations for runner.c, run.c and pending.c; no other file includes it. */
#ifndef MIGRATION_RUNNER_RUNNER_PRIVATE_H
#define MIGRATION_RUNNER_RUNNER_PRIVATE_H

#include "migration/runner/runner.h"

struct MigrationRunner {
	const MigrationSet *set;
	DbSession *session;
	const MigrationStandIns *stand_ins;
	GHashTable *stand_in_scripts; /* Source * -> MigrationScript * */
	char *schema;
	char *history;       /* quoted: "schema"."table" */
	bool begun;          /* the format's begin was called */
	bool baseline;       /* the database has a past; see migration_runner_begin_baseline */
	bool within;         /* a script runs in a transaction that is the caller's */
	bool brief;          /* see migration_runner_set_brief */
	bool brings_history; /* with baseline: the history table was there, with rows */
	gpointer state;
	GDestroyNotify free_state;
	guint limit;        /* see migration_runner_set_limit() */
	MigrationHook hook; /* or NULL */
	void *hook_data;
	const MigrationWatch *watch; /* or NULL */
};

/* migration_runner_begin, on a database that has a past or on one that has none. */
MigrationRunner *migration_runner_open(const MigrationSet *set, DbSession *session, const MigrationStandIns *stand_ins,
                                       bool baseline, GError **error);

/* Runs the migration's script in the scope, which may differ from its own (AUTOCOMMIT, OPEN, OPEN_CHECKED: its
 * group's), and writes its row in the history. False only with *error; an error of the server is in the outcome. */
bool migration_run_script(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                          MigrationScope scope, MigrationOutcome *ret_outcome, GError **error);

/* Takes ownership of `cause`: an error of the server becomes the outcome (see outcome.h), others (a lost connection,
 * Ctrl-C) become *error. Always returns false. */
bool migration_run_fail(MigrationRunner *runner, MigrationOutcome *outcome, const MigrationScript *script,
                        const MigrationStatement *statement, const char *step, GError *cause, GError **error);

/* Rolls back the open transaction, if there is one, without a message. */
void migration_run_roll_back(MigrationRunner *runner);

#endif
