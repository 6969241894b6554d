/*
 * Runs migrations on a database as the team's own tool would: its lock, its transactions, its
 * history table.
 */
#ifndef MIGRATION_RUNNER_RUNNER_H
#define MIGRATION_RUNNER_RUNNER_H

#include "migration/migration.h"

/* The result of running a script. An SQL error is an outcome, not a GError. */
struct MigrationOutcome {
	bool failed;
	SourcePosition position; /* of the failure, as near as the server says */
	char *message;           /* "relation "x" does not exist", one line */
	char *details;           /* PostgreSQL's message, detail, hint, SQLSTATE, then file:line:column, the
	                          * source line and a caret */
	char *sqlstate;
	char *statement; /* the statement that failed, as it was sent; of another program "$ " and its command */
	char *notices;   /* notices of the server, or NULL; also on success */
	gint64 duration; /* microseconds of the script, history row included */
};

/* Frees its contents, and makes it empty. */
void migration_outcome_clear(MigrationOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationOutcome, migration_outcome_clear)

/* The stand-ins of a suite: extension name -> Source of the SQL that runs instead of its CREATE EXTENSION. */
typedef struct {
	GHashTable *sources; /* char * -> Source *; only extensions that the server lacks */
} MigrationStandIns;

/* Begins a run on the session (which stays the caller's, and must be a DB_SESSION_MIGRATION session): takes the tool's
 * advisory lock and makes the history table where it is missing. stand_ins may be NULL. */
MigrationRunner *migration_runner_begin(const MigrationSet *set, DbSession *session, const MigrationStandIns *stand_ins,
                                        GError **error);
/* The same on a database that already has the objects of the migrations up to the version, from a dump: afterwards
 * the history lists these migrations as applied. If the dump contains exactly that history, it stays; otherwise it
 * is written as the tool does. The version is one that migration_set_count_up_to knows. NULL with *error
 * (BASE_ERROR_INPUT): the history or the tool's configuration contradicts the version. */
MigrationRunner *migration_runner_begin_baseline(const MigrationSet *set, DbSession *session,
                                                 const MigrationStandIns *stand_ins, const char *version,
                                                 GError **error);
/* Ends the run: gives the lock back. Takes NULL. */
void migration_runner_end(MigrationRunner *runner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationRunner, migration_runner_end)

/* Where in an up or a down a hook is called. */
typedef enum {
	MIGRATION_POINT_STATEMENT, /* so many of its statements were executed; 0: before the first one */
	MIGRATION_POINT_RECORDED,  /* the history row is written; in scope T it is not committed yet, unless it comes
	                            * after COMMIT */
	MIGRATION_POINT_COMMITTED, /* scope T only: after COMMIT */
} MigrationPoint;

/* False with *error ends the script there, as the loss of the connection would: the tool writes no failure to its
 * history. */
typedef bool (*MigrationHook)(MigrationRunner *runner, MigrationPoint point, guint n_executed, void *data,
                              GError **error);

/* Calls the hook at each point of every script that is run from now on; NULL: none. */
void migration_runner_set_hook(MigrationRunner *runner, MigrationHook hook, void *data);

/* Somebody who looks at every statement of scripts. While there is one, statements are sent one by one: those of a
 * message share a transaction, as they would by themselves, and one that the server runs in a transaction of its own
 * gets it by BEGIN and COMMIT, where it can be in one. Each function gives false with *error to end the script there,
 * as a hook does. */
typedef struct {
	/* The statement is sent next; where a transaction is open, it runs in that. */
	bool (*before)(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement,
	               void *data, GError **error);
	/* It is through, and nothing else was sent since; its transaction is still open, where it had one. */
	bool (*after)(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement,
	              void *data, GError **error);
	/* A transaction has ended. */
	bool (*ended)(MigrationRunner *runner, void *data, GError **error);
	void *data;
} MigrationWatch;

/* From now on; NULL: no watch. The watch has to live as long. */
void migration_runner_set_watch(MigrationRunner *runner, const MigrationWatch *watch);

/* From now on the history need not be written by the tool's own statements: what stands in it at the end is the same.
 * Nothing changes where a script of the set names the history table, and so could see the difference. */
void migration_runner_set_brief(MigrationRunner *runner);

/* From now on a message is cancelled after so many seconds, and its migration fails, unless the set has a limit of
 * its own; 0: no limit. */
void migration_runner_set_limit(MigrationRunner *runner, guint seconds);

/* The names of the migrations that the history table says are applied (char * -> NULL), as a set. The
 * caller unrefs it. */
GHashTable *migration_runner_applied(MigrationRunner *runner, GError **error);

/* The checks that the tool makes before it runs anything. False with *error (BASE_ERROR_INPUT) if the tool refuses
 * to go on from the state of the history. */
bool migration_runner_validate(MigrationRunner *runner, GError **error);

/* The tool's own command for a history after an interrupted run ("flyway repair"), or NULL; and its effect on the
 * history if the migration's up was interrupted. Only if there is such a command. */
const char *migration_runner_repair_command(const MigrationRunner *runner);
bool migration_runner_repair(MigrationRunner *runner, const Migration *migration, GError **error);
/* The same command in the way that lets the migration run once more, for a tool that can say both. */
bool migration_runner_can_repair_again(const MigrationRunner *runner);
bool migration_runner_repair_again(MigrationRunner *runner, const Migration *migration, GError **error);

/* Runs one migration as the tool does it, with its own transaction and history row. The migration must have
 * the direction. False only when it could not be tried (connection lost, interrupted). */
bool migration_runner_apply(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                            MigrationOutcome *ret_outcome, GError **error);

/* Whether it can run inside an open transaction: its script is one transaction, the tool's or its own, and so is the
 * verify script of an up. */
bool migration_runner_can_apply_within(const Migration *migration, MigrationDirection direction);

/* The same inside a transaction that is open on the session and stays open: the script's statements and the history
 * row, no BEGIN, no COMMIT. Deferred constraints are checked at the end, as COMMIT would, and then deferred again.
 * Only if migration_runner_can_apply_within. After a failure the transaction is in the failed state: roll back. */
bool migration_runner_apply_within(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                                   MigrationOutcome *ret_outcome, GError **error);

/* Runs everything that is pending, grouped as the tool groups it on an empty database. Stops at the first failure;
 * *ret_failed is then the migration (owned by the set), else NULL. ret_applied counts. */
bool migration_runner_migrate(MigrationRunner *runner, guint *ret_applied, const Migration **ret_failed,
                              MigrationOutcome *ret_outcome, GError **error);

#endif
