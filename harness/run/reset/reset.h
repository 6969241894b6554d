/*
 * Reset: everything in a database is dropped, and the migrations build it anew.
 *
 * The caller makes sure that it may be lost (target/target.h), and goes through the steps in this order.
 */
#ifndef RUN_RESET_RESET_H
#define RUN_RESET_RESET_H

#include "migration/runner/runner.h"
#include "run/job/plan.h"

typedef struct {
	guint lock_timeout; /* milliseconds that a drop waits for the locks of others; 0: RUN_RESET_LOCK_TIMEOUT */
	void (*show)(const char *line, void *data); /* prints progress; or NULL */
	/* Called in the transaction that drops, before it does; false with *error stops it. NULL: nothing is looked at.
	 */
	bool (*verify)(DbSession *session, void *data, GError **error);
	void *data;
} RunResetOptions;

#define RUN_RESET_LOCK_TIMEOUT 10000
#define RUN_RESET_TURN_TIMEOUT 1800

/* Takes the lock of resets on the session's database; it is released with the session. Waits for another reset, with
 * a message, at most RUN_RESET_TURN_TIMEOUT seconds. */
bool run_reset_lock(DbSession *session, const RunResetOptions *options, GError **error);

/* The other sessions on the database, as texts (`pid 4711, application "psql", user "bob", idle`), but for
 * other resets. The caller unrefs it. */
GPtrArray *run_reset_others(DbSession *session, GError **error);

/* Ends them, and waits until they are gone. */
bool run_reset_end_others(DbSession *session, GError **error);

/* If *error is a lock timeout, adds the holder of the lock. Ends the open transaction. */
void run_reset_explain(DbSession *session, const RunResetOptions *options, GError **error);

/* Drops all schemas and extensions in one transaction, and creates the schema "public" as in a new database of this
 * server. *ret_left are objects that outlive that, because they belong to no schema: texts (`publication p`); the
 * caller unrefs it. False with *error (BASE_ERROR_ENVIRONMENT), which names the holders of locks or the objects that
 * must not be dropped; nothing is dropped then. */
bool run_reset_drop(DbSession *session, const RunResetOptions *options, GPtrArray **ret_left, GError **error);

typedef struct {
	guint n_applied; /* migrations */
	guint n_files;   /* of the suite's data */
} RunResetBuilt;

/* Loads the dump that the job's database begins with, where it has one, and applies all other migrations on a
 * DB_SESSION_MIGRATION session, as one run of the tool; with `data`, where the suite gives some, each by a run of its
 * own, with its data behind it. False with *error: BASE_ERROR_MIGRATION, a migration failed, and where;
 * BASE_ERROR_INPUT, data could not be loaded. The database stays as it is then. */
bool run_reset_rebuild(DbSession *session, const RunJob *job, const MigrationStandIns *stand_ins, bool data,
                       RunResetBuilt *ret_built, GError **error);

#endif
