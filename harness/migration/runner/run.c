/* Runs one script: its messages, the transaction around them, and the history row. */
#include "migration/runner/run_private.h"

#include "base/error.h"
#include "migration/format.h"
#include "migration/runner/outcome.h"
#include "migration/runner/runner.h"
#include "migration/text/script.h"
#include "migration/text/splitter.h"

#include <string.h>

/* --- Around the messages ------------------------------------------------------ */

static bool
runner_run_start(MigrationRun *run)
{
	const MigrationFormat *format = run->runner->set->format;
	GError *cause = NULL;

	return format->start == NULL || format->start(run->runner, run->migration, run->direction, &cause) ||
	       migration_run_refused(run, run->script, NULL, "while writing the history", cause);
}

static bool
runner_run_prepare(MigrationRun *run)
{
	const MigrationFormat *format = run->runner->set->format;
	GError *cause = NULL;

	return format->prepare == NULL || format->prepare(run->runner, &cause) ||
	       migration_run_refused(run, run->script, NULL, "before the first statement", cause);
}

/* The messages, unless the tool leaves them out. */
static bool
runner_run_send_messages(MigrationRun *run)
{
	const MigrationFormat *format = run->runner->set->format;
	g_autofree char *reason = NULL;
	GError *cause = NULL;

	if (run->direction == MIGRATION_UP && format->skip != NULL &&
	    !format->skip(run->runner, run->migration, &reason, &cause))
		return migration_run_refused(run, run->script, NULL, "before the first statement", cause);
	if (reason == NULL)
		return migration_run_send(run);
	g_string_append_printf(run->warnings, "WARNING: %s\n", reason);
	return true;
}

static bool
runner_run_record(MigrationRun *run)
{
	const MigrationFormat *format = run->runner->set->format;
	gint64 duration = g_get_monotonic_time() - run->start;
	GError *cause = NULL;

	g_autofree char *sql = NULL;

	if (format->record_sql != NULL)
		sql = format->record_sql(run->runner, run->migration, run->direction, duration);
	if (sql != NULL ? !db_session_execute(run->runner->session, sql, &cause)
	                : !format->record(run->runner, run->migration, run->direction, duration, &cause))
		return migration_run_refused(run, run->script, NULL, "while writing the history", cause);
	return migration_run_reach(run, MIGRATION_POINT_RECORDED);
}

static const MigrationStatement *
find_transaction_control(const MigrationScript *script, bool last)
{
	const GPtrArray *statements = migration_script_statements(script);
	const MigrationStatement *found = NULL;

	for (guint i = 0; i < statements->len && (last || found == NULL); i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (statement->flags & MIGRATION_STATEMENT_TRANSACTION_CONTROL)
			found = statement;
	}
	return found;
}

/* A transaction that the script itself has left open would take the history row with it. */
static bool
check_closed(MigrationRun *run)
{
	if (db_session_transaction_state(run->runner->session) == DB_TRANSACTION_IDLE)
		return true;
	migration_outcome_fail(run->outcome, run->runner->session, run->script,
	                       find_transaction_control(run->script, true), NULL,
	                       "the script leaves its transaction open: end it with COMMIT");
	return false;
}

/* --- Scripts --------------------------------------------------------------- */

void
migration_run_roll_back(MigrationRunner *runner)
{
	DbTransactionState state = db_session_transaction_state(runner->session);

	if (state == DB_TRANSACTION_OPEN || state == DB_TRANSACTION_FAILED)
		db_session_run_cleanup(runner->session, "ROLLBACK");
}

/* COMMIT, unless the script has ended the transaction already. */
static bool
runner_run_commit(MigrationRun *run)
{
	const char *lost = run->runner->set->format->lost_transaction;

	if (db_session_transaction_state(run->runner->session) != DB_TRANSACTION_IDLE)
		return migration_run_execute(run, "COMMIT", "at COMMIT");
	if (lost == NULL)
		return true;
	g_autofree char *cause = g_strdup_printf(
	    "%s: the script has ended the transaction itself; what it did stays, and its history row", lost);
	migration_outcome_fail(run->outcome, run->runner->session, run->script,
	                       find_transaction_control(run->script, false), "at COMMIT", cause);
	return false;
}

/* Which part of "ROW; COMMIT" the server has refused. */
static const char *
name_refused(MigrationRun *run, const char *row)
{
	MigrationSplitProblem problem;
	g_autoptr(GArray) statements = migration_split(row, strlen(row), &problem);
	bool written = statements != NULL && db_session_statements_done(run->runner->session) >= statements->len;

	return written ? "at COMMIT" : "while writing the history";
}

/* Writes the history row and commits, in one message unless a hook has to run in between. */
static bool
record_and_commit(MigrationRun *run)
{
	const MigrationFormat *format = run->runner->set->format;
	DbSession *session = run->runner->session;
	GError *cause = NULL;

	if (format->record_sql == NULL || run->runner->hook != NULL ||
	    db_session_transaction_state(session) != DB_TRANSACTION_OPEN)
		return runner_run_record(run) && runner_run_commit(run);
	g_autofree char *row = format->record_sql(run->runner, run->migration, run->direction,
	                                          g_get_monotonic_time() - run->start);
	g_autofree char *both = g_strconcat(row, "; COMMIT", NULL);
	return db_session_execute(session, both, &cause) ||
	       migration_run_refused(run, run->script, NULL, name_refused(run, row), cause);
}

static bool
commit_and_record(MigrationRun *run)
{
	return runner_run_commit(run) && migration_run_note_end(run) &&
	       migration_run_reach(run, MIGRATION_POINT_COMMITTED) && runner_run_record(run);
}

static bool
run_in_transaction(MigrationRun *run)
{
	run->in_transaction = true;
	if (runner_run_start(run) && migration_run_execute(run, "BEGIN", "at BEGIN") && runner_run_prepare(run) &&
	    runner_run_send_messages(run) &&
	    (migration_script_records_after_commit(run->script)
	         ? commit_and_record(run)
	         : record_and_commit(run) && migration_run_reach(run, MIGRATION_POINT_COMMITTED)) &&
	    migration_run_note_end(run))
		return true;
	migration_run_roll_back(run->runner);
	return false;
}

static void
runner_run_tell_failure(MigrationRun *run)
{
	const MigrationFormat *format = run->runner->set->format;
	GError *cause = NULL;

	if (run->outcome->failed && run->direction == MIGRATION_UP && format->record_failure != NULL &&
	    !format->record_failure(run->runner, run->migration, g_get_monotonic_time() - run->start, &cause)) {
		g_string_append_printf(run->warnings, "WARNING: the failure could not be written to the history: %s\n",
		                       cause->message);
		g_error_free(cause);
	}
}

/* Somebody else runs it; all that can be seen is its end. */
static bool
run_external(MigrationRun *run)
{
	const MigrationFormat *format = run->runner->set->format;

	if (!migration_run_reach(run, MIGRATION_POINT_STATEMENT) ||
	    !format->execute(run->runner, run->migration, run->direction, run->outcome, run->error) ||
	    run->outcome->failed)
		return false;
	run->n_executed = migration_script_messages(run->script)->len;
	return migration_run_reach(run, MIGRATION_POINT_STATEMENT);
}

static bool
runner_has_own_transaction(const MigrationScript *script)
{
	return migration_script_own_transaction(script) != MIGRATION_OWN_TRANSACTION_NONE;
}

/* A transaction of the verify script itself becomes a part of the open one. */
static bool
runner_run_verify_within(MigrationRun *run)
{
	bool goes_back = migration_script_own_transaction(run->script) == MIGRATION_OWN_TRANSACTION_ROLLS_BACK;

	run->without_own = runner_has_own_transaction(run->script);
	return (!goes_back || migration_run_execute(run, "SAVEPOINT pgassay_verify", "before the verify script")) &&
	       migration_run_send(run) &&
	       (!goes_back || migration_run_execute(run, "ROLLBACK TO pgassay_verify; RELEASE pgassay_verify",
	                                            "after the verify script"));
}

/* Runs the author's check of the up. The history row exists by then. */
static bool
runner_run_verify(MigrationRun *run)
{
	const MigrationScript *script = run->migration->verify;
	MigrationHook hook = run->runner->hook;
	const MigrationWatch *watch = run->runner->watch;

	if (run->direction != MIGRATION_UP || script == NULL)
		return true;
	run->script = script;
	run->runner->hook = NULL;
	run->runner->watch = NULL;
	bool done = run->in_transaction ? runner_run_verify_within(run) : migration_run_send(run);
	run->runner->hook = hook;
	run->runner->watch = watch;
	if (!done && run->outcome->failed) {
		g_autofree char *message = run->outcome->message;
		run->outcome->message = g_strconcat("it runs, but its verify script fails: ", message, NULL);
	}
	return done;
}

static bool
run_on_its_own(MigrationRun *run)
{
	bool external = migration_script_scope(run->script) == MIGRATION_SCOPE_EXTERNAL;

	if (runner_run_start(run) && runner_run_prepare(run) &&
	    (external ? run_external(run) : runner_run_send_messages(run)) && check_closed(run) &&
	    runner_run_record(run) && runner_run_verify(run))
		return true;
	migration_run_roll_back(run->runner);
	runner_run_tell_failure(run);
	return false;
}

static bool
runner_run_pipeline(MigrationRun *run)
{
	/* A stand-in is no single message; a transaction is the nearest to a pipeline. */
	if (migration_run_needs_stand_in(run) || run->runner->watch != NULL)
		return run_in_transaction(run);
	if (runner_run_start(run) && runner_run_prepare(run) && migration_run_reach(run, MIGRATION_POINT_STATEMENT) &&
	    migration_run_send_pipeline(run) && check_closed(run) &&
	    migration_run_reach(run, MIGRATION_POINT_COMMITTED))
		return true;
	migration_run_roll_back(run->runner);
	runner_run_tell_failure(run);
	return false;
}

static bool
run_within(MigrationRun *run)
{
	run->in_transaction = true;
	return runner_run_start(run) && runner_run_prepare(run) && runner_run_send_messages(run) &&
	       runner_run_record(run);
}

/* The deferrable constraints by name, and those of them that begin each transaction as deferred. A name that also means
 * one that is not deferrable cannot be set. */
static const char constraints_sql[] =
    "SELECT pg_catalog.string_agg(name, ', '), pg_catalog.string_agg(name, ', ') FILTER (WHERE deferred), "
    "pg_catalog.bool_and(clear) "
    "FROM (SELECT pg_catalog.format('%I.%I', n.nspname, c.conname) AS name, "
    "pg_catalog.bool_or(c.condeferrable) AS settable, pg_catalog.bool_or(c.condeferred) AS deferred, "
    "pg_catalog.bool_and(c.condeferrable) AS clear "
    "FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace "
    "WHERE c.conname IN (SELECT d.conname FROM pg_catalog.pg_constraint d WHERE d.condeferrable) "
    "GROUP BY 1) constraints WHERE settable";

/* As at COMMIT. Not SET CONSTRAINTS ALL where it can be helped: that would hold for the rest of the transaction, also
 * for constraints that the next script creates. */
static bool
check_constraints(MigrationRun *run)
{
	static const char step[] = "checking deferred constraints";
	GError *cause = NULL;
	g_autoptr(DbResult) rows = db_session_query(run->runner->session, &cause, constraints_sql, NULL);

	if (rows == NULL)
		return migration_run_refused(run, run->script, NULL, step, cause);
	const char *all = db_result_value(rows, 0, 0);
	const char *deferred = db_result_value(rows, 0, 1);
	if (all == NULL)
		return true;
	if (*db_result_value(rows, 0, 2) == 'f')
		return migration_run_execute(run, "SET CONSTRAINTS ALL IMMEDIATE", step);
	g_autofree char *check = g_strdup_printf("SET CONSTRAINTS %s IMMEDIATE", all);
	g_autofree char *reset = g_strdup_printf("SET CONSTRAINTS %s DEFERRED", deferred != NULL ? deferred : "");
	return migration_run_execute(run, check, step) && (deferred == NULL || migration_run_execute(run, reset, step));
}

/* The history row, and in the same message whether there is any constraint to check: mostly there is none. */
static bool
record_checked(MigrationRun *run)
{
	static const char any_sql[] = "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE condeferrable)";
	const MigrationFormat *format = run->runner->set->format;
	gint64 duration = g_get_monotonic_time() - run->start;
	g_autofree char *text = NULL;
	g_autoptr(DbResult) any = NULL;
	GError *cause = NULL;

	if (format->record_sql != NULL) {
		g_autofree char *row = format->record_sql(run->runner, run->migration, run->direction, duration);
		text = g_strconcat(row, "\n;\n", any_sql, NULL);
	} else if (!runner_run_record(run)) {
		return false;
	}
	if (!db_session_execute_rows(run->runner->session, text != NULL ? text : any_sql, &any, &cause))
		return migration_run_refused(run, run->script, NULL, "while writing the history", cause);
	if (text != NULL && !migration_run_reach(run, MIGRATION_POINT_RECORDED))
		return false;
	return strcmp(db_result_value(any, 0, 0), "t") != 0 || check_constraints(run);
}

static bool
run_within_checked(MigrationRun *run)
{
	run->in_transaction = true;
	run->without_own = runner_has_own_transaction(run->script);
	return runner_run_start(run) && runner_run_prepare(run) && runner_run_send_messages(run) &&
	       record_checked(run) && runner_run_verify(run);
}

/* In seconds. */
static gint64
run_limit(const MigrationRunner *runner)
{
	guint own = runner->set->statement_timeout;

	return own > 0 ? own : runner->limit;
}

bool
migration_run_script(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                     MigrationScope scope, MigrationOutcome *ret_outcome, GError **error)
{
	static bool (*const scopes[])(MigrationRun * run) = {
		[MIGRATION_SCOPE_TRANSACTION] = run_in_transaction,
		[MIGRATION_SCOPE_AUTOCOMMIT] = run_on_its_own,
		[MIGRATION_SCOPE_PIPELINE] = runner_run_pipeline,
		[MIGRATION_SCOPE_EXTERNAL] = run_on_its_own,
		[MIGRATION_SCOPE_OPEN] = run_within,
		[MIGRATION_SCOPE_OPEN_CHECKED] = run_within_checked,
	};
	MigrationOutcome outcome = { 0 };
	g_autoptr(GString) warnings = g_string_new(NULL);
	MigrationRun run = {
		.runner = runner,
		.migration = migration,
		.direction = direction,
		.script = direction == MIGRATION_UP ? migration->up : migration->down,
		.outcome = &outcome,
		.start = g_get_monotonic_time(),
		.warnings = warnings,
		.error = error,
	};
	/* Earlier notices do not belong to this script. */
	g_free(db_session_take_notices(runner->session));
	db_session_limit(runner->session, run_limit(runner) * G_USEC_PER_SEC);
	runner->within = scope == MIGRATION_SCOPE_OPEN_CHECKED;
	bool done = scopes[scope](&run) || outcome.failed;
	db_session_limit(runner->session, 0);
	outcome.duration = g_get_monotonic_time() - run.start;
	g_autofree char *notices = db_session_take_notices(runner->session);
	if (notices != NULL)
		g_string_append(warnings, notices);
	if (warnings->len > 0) {
		g_autofree char *output = outcome.notices;
		outcome.notices = g_strconcat(output != NULL ? output : "", output != NULL ? "\n" : "", warnings->str,
		                              NULL);
	}
	if (done)
		*ret_outcome = outcome;
	else
		migration_outcome_clear(&outcome);
	return done;
}
