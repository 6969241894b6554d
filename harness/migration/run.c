/* One script: its statements, its transaction, its row in the history. */
#include "migration/runner_private.h"

#include "base/error.h"
#include "migration/format.h"
#include "migration/outcome.h"
#include "migration/script.h"
#include "migration/stand_in.h"

#include <string.h>

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
	guint n_executed;    /* statements */
	GError **error;
} Run;

/* --- Statements ------------------------------------------------------------ */

bool
migration_run_fail(MigrationRunner *runner, MigrationOutcome *outcome, const MigrationScript *script,
                   const MigrationStatement *statement, const char *step, GError *cause, GError **error)
{
	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) &&
	    db_session_transaction_state(runner->session) != DB_TRANSACTION_LOST) {
		migration_outcome_fail(outcome, runner->session, script, statement, step, cause->message);
		g_error_free(cause);
	} else {
		g_propagate_error(error, cause);
	}
	return false;
}

static bool
fail(Run *run, const MigrationScript *script, const MigrationStatement *statement, const char *step, GError *cause)
{
	return migration_run_fail(run->runner, run->outcome, script, statement, step, cause, run->error);
}

static bool
execute(Run *run, const char *sql, const char *step)
{
	GError *cause = NULL;

	return db_session_execute(run->runner->session, sql, &cause) || fail(run, run->script, NULL, step, cause);
}

static bool
send_statement(Run *run, const MigrationScript *script, const MigrationStatement *statement)
{
	DbSession *session = run->runner->session;
	GError *cause = NULL;

	if (statement->data != NULL
	        ? db_session_copy_in(session, statement->sql, statement->data, statement->data_length, &cause)
	        : db_session_execute(session, statement->sql, &cause))
		return true;
	return fail(run, script, statement, NULL, cause);
}

static bool
run_stand_in(Run *run, const MigrationStatement *statement, Source *source)
{
	DbSession *session = run->runner->session;
	const MigrationScript *script = g_hash_table_lookup(run->runner->stand_in_scripts, source);
	const GPtrArray *statements = migration_script_statements(script);
	g_auto(MigrationStandInState) state = { 0 };
	GError *cause = NULL;

	if (!migration_stand_in_begin(session, statement, &state, &cause))
		return fail(run, run->script, statement, NULL, cause);
	for (guint i = 0; i < statements->len && !state.exists; i++)
		if (!send_statement(run, script, statements->pdata[i]))
			return false;
	if (!migration_stand_in_end(session, &state, &cause))
		return fail(run, run->script, statement, NULL, cause);
	g_string_append_printf(run->warnings, "STAND-IN: \"%s\" ran in the place of CREATE EXTENSION %s\n",
	                       base_source_path(source), statement->extension);
	return true;
}

static bool
reach(Run *run, MigrationPoint point)
{
	MigrationRunner *runner = run->runner;

	return runner->hook == NULL || runner->hook(runner, point, run->n_executed, runner->hook_data, run->error);
}

/* What comes after the end of our transaction runs on its own, as it would with the real tool. */
static void
watch_transaction(Run *run, const MigrationStatement *statement)
{
	if (!run->in_transaction || db_session_transaction_state(run->runner->session) != DB_TRANSACTION_IDLE)
		return;
	g_autofree char *place = base_position_format(
	    base_source_position(migration_script_source(run->script), statement->offset));
	g_string_append_printf(run->warnings,
	                       "WARNING: %s: this statement ended the transaction around the script; what follows is "
	                       "not rolled back when it fails\n",
	                       place);
	run->in_transaction = false;
}

/* --- Batches ---------------------------------------------------------------
 * Inside a transaction, statements that nothing has to be done between are sent in one message: the way to the server
 * and back costs more than many a small statement. */

#define BATCH_STATEMENTS 100
#define BATCH_BYTES      ((gsize)64 * 1024)

/* False for a statement that needs a message of its own: COPY talks, and what changes how text is read has to be done
 * before the next text is sent. */
static bool
fits_batch(const Run *run, const MigrationStatement *statement)
{
	return statement->flags == 0 && statement->data == NULL &&
	       g_ascii_strncasecmp(statement->sql, "COPY", 4) != 0 &&
	       strstr(statement->sql, "standard_conforming_strings") == NULL &&
	       migration_stand_in_find(run->runner->stand_ins, statement) == NULL;
}

/* The number of statements, from this one on, that make a batch; 0 or 1 when there is none. */
static guint
count_batch(const Run *run, guint first)
{
	const GPtrArray *statements = migration_script_statements(run->script);
	gsize bytes = 0;
	guint n = 0;

	if (run->runner->hook != NULL || db_session_transaction_state(run->runner->session) != DB_TRANSACTION_OPEN)
		return 0;
	while (first + n < statements->len && n < BATCH_STATEMENTS && bytes < BATCH_BYTES &&
	       fits_batch(run, statements->pdata[first + n])) {
		bytes += strlen(((const MigrationStatement *)statements->pdata[first + n])->sql);
		n++;
	}
	return n;
}

static bool
send_batch(Run *run, guint first, guint n)
{
	const GPtrArray *statements = migration_script_statements(run->script);
	const char *texts[BATCH_STATEMENTS];
	GError *cause = NULL;
	guint failed = 0;

	for (guint i = 0; i < n; i++)
		texts[i] = ((const MigrationStatement *)statements->pdata[first + i])->sql;
	run->n_executed += n;
	return db_session_execute_batch(run->runner->session, n, texts, &failed, &cause) ||
	       fail(run, run->script, statements->pdata[first + failed], NULL, cause);
}

static bool
run_statements(Run *run)
{
	const GPtrArray *statements = migration_script_statements(run->script);

	if (!reach(run, MIGRATION_POINT_STATEMENT))
		return false;
	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = statements->pdata[i];
		guint n = count_batch(run, i);
		if (n > 1) {
			if (!send_batch(run, i, n))
				return false;
			i += n - 1;
			continue;
		}
		Source *stand_in = migration_stand_in_find(run->runner->stand_ins, statement);
		if (stand_in != NULL ? !run_stand_in(run, statement, stand_in)
		                     : !send_statement(run, run->script, statement))
			return false;
		watch_transaction(run, statement);
		run->n_executed++;
		if (!reach(run, MIGRATION_POINT_STATEMENT))
			return false;
	}
	return true;
}

static bool
prepare(Run *run)
{
	const MigrationFormat *format = run->runner->set->format;
	GError *cause = NULL;

	return format->prepare == NULL || format->prepare(run->runner, &cause) ||
	       fail(run, run->script, NULL, "before the first statement", cause);
}

static bool
record(Run *run)
{
	const MigrationFormat *format = run->runner->set->format;
	gint64 duration = g_get_monotonic_time() - run->start;
	GError *cause = NULL;

	if (!format->record(run->runner, run->migration, run->direction, duration, &cause))
		return fail(run, run->script, NULL, "while writing the history", cause);
	return reach(run, MIGRATION_POINT_RECORDED);
}

/* A transaction that the script itself has left open would take the history row with it. */
static bool
check_closed(Run *run)
{
	if (db_session_transaction_state(run->runner->session) == DB_TRANSACTION_IDLE)
		return true;
	const GPtrArray *statements = migration_script_statements(run->script);
	const MigrationStatement *opened = NULL;
	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = statements->pdata[i];
		if (statement->flags & MIGRATION_STATEMENT_TRANSACTION_CONTROL)
			opened = statement;
	}
	migration_outcome_fail(run->outcome, run->runner->session, run->script, opened, NULL,
	                       "the script leaves its transaction open: end it with COMMIT");
	return false;
}

/* --- Scripts --------------------------------------------------------------- */

void
migration_run_roll_back(MigrationRunner *runner)
{
	DbTransactionState state = db_session_transaction_state(runner->session);

	if (state == DB_TRANSACTION_OPEN || state == DB_TRANSACTION_FAILED)
		db_session_execute(runner->session, "ROLLBACK", NULL);
}

static bool
run_in_transaction(Run *run)
{
	run->in_transaction = true;
	if (execute(run, "BEGIN", "at BEGIN") && prepare(run) && run_statements(run) && record(run) &&
	    (db_session_transaction_state(run->runner->session) == DB_TRANSACTION_IDLE ||
	     execute(run, "COMMIT", "at COMMIT")) &&
	    reach(run, MIGRATION_POINT_COMMITTED))
		return true;
	migration_run_roll_back(run->runner);
	return false;
}

static bool
run_on_its_own(Run *run)
{
	const MigrationFormat *format = run->runner->set->format;
	GError *cause = NULL;

	if (prepare(run) && run_statements(run) && check_closed(run) && record(run))
		return true;
	migration_run_roll_back(run->runner);
	if (run->outcome->failed && run->direction == MIGRATION_UP && format->record_failure != NULL &&
	    !format->record_failure(run->runner, run->migration, g_get_monotonic_time() - run->start, &cause)) {
		g_string_append_printf(run->warnings, "WARNING: the failure could not be written to the history: %s\n",
		                       cause->message);
		g_error_free(cause);
	}
	return false;
}

static bool
run_within(Run *run)
{
	run->in_transaction = true;
	return prepare(run) && run_statements(run) && record(run);
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
check_constraints(Run *run)
{
	static const char step[] = "checking deferred constraints";
	GError *cause = NULL;
	g_autoptr(DbResult) rows = db_session_query(run->runner->session, &cause, constraints_sql, NULL);

	if (rows == NULL)
		return fail(run, run->script, NULL, step, cause);
	const char *all = db_result_value(rows, 0, 0);
	const char *deferred = db_result_value(rows, 0, 1);
	if (all == NULL)
		return true;
	if (*db_result_value(rows, 0, 2) == 'f')
		return execute(run, "SET CONSTRAINTS ALL IMMEDIATE", step);
	g_autofree char *check = g_strdup_printf("SET CONSTRAINTS %s IMMEDIATE", all);
	g_autofree char *reset = g_strdup_printf("SET CONSTRAINTS %s DEFERRED", deferred != NULL ? deferred : "");
	return execute(run, check, step) && (deferred == NULL || execute(run, reset, step));
}

static bool
run_within_checked(Run *run)
{
	return run_within(run) && check_constraints(run);
}

static bool
run_its_mode(Run *run)
{
	bool transaction = migration_script_mode(run->script) == MIGRATION_MODE_TRANSACTION;

	return transaction ? run_in_transaction(run) : run_on_its_own(run);
}

bool
migration_run_script(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                     MigrationRunWay way, MigrationOutcome *ret_outcome, GError **error)
{
	static bool (*const ways[])(Run * run) = {
		[MIGRATION_RUN_ITS_MODE] = run_its_mode,
		[MIGRATION_RUN_AUTOCOMMIT] = run_on_its_own,
		[MIGRATION_RUN_WITHIN] = run_within,
		[MIGRATION_RUN_WITHIN_CHECKED] = run_within_checked,
	};
	MigrationOutcome outcome = { 0 };
	g_autoptr(GString) warnings = g_string_new(NULL);
	Run run = {
		.runner = runner,
		.migration = migration,
		.direction = direction,
		.script = direction == MIGRATION_UP ? migration->up : migration->down,
		.outcome = &outcome,
		.start = g_get_monotonic_time(),
		.warnings = warnings,
		.error = error,
	};
	/* What was noticed before belongs to somebody else. */
	g_free(db_session_take_notices(runner->session));
	bool done = ways[way](&run) || outcome.failed;
	outcome.duration = g_get_monotonic_time() - run.start;
	g_autofree char *notices = db_session_take_notices(runner->session);
	if (notices != NULL)
		g_string_append(warnings, notices);
	outcome.notices = warnings->len > 0 ? g_strdup(warnings->str) : NULL;
	if (done)
		*ret_outcome = outcome;
	else
		migration_outcome_clear(&outcome);
	return done;
}
