#include "migration/runner.h"

#include "base/error.h"
#include "migration/format.h"
#include "migration/outcome.h"
#include "migration/script.h"
#include "migration/stand_in.h"

struct MigrationRunner {
	const MigrationSet *set;
	DbSession *session;
	const MigrationStandIns *stand_ins;
	GHashTable *stand_in_scripts; /* Source * -> MigrationScript * */
	char *schema;
	char *history;
	gpointer state;
	GDestroyNotify free_state;
};

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
	GError **error;
} Run;

/* --- For the formats ------------------------------------------------------- */

const MigrationSet *
migration_runner_set(const MigrationRunner *runner)
{
	return runner->set;
}

DbSession *
migration_runner_session(const MigrationRunner *runner)
{
	return runner->session;
}

const char *
migration_runner_history(const MigrationRunner *runner)
{
	return runner->history;
}

const char *
migration_runner_history_schema(const MigrationRunner *runner)
{
	return runner->schema;
}

gpointer
migration_runner_state(const MigrationRunner *runner)
{
	return runner->state;
}

void
migration_runner_set_state(MigrationRunner *runner, gpointer state, GDestroyNotify free_state)
{
	runner->state = state;
	runner->free_state = free_state;
}

bool
migration_runner_has_history(MigrationRunner *runner, bool *ret_has, GError **error)
{
	g_autofree char *has = db_session_query_value(runner->session, error,
	                                              "SELECT pg_catalog.to_regclass($1) IS NOT NULL", runner->history,
	                                              NULL);

	if (has == NULL)
		return false;
	*ret_has = *has == 't';
	return true;
}

/* --- Begin and end --------------------------------------------------------- */

static bool
name_history(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = runner->set;

	runner->schema = set->history_schema != NULL
	                     ? g_strdup(set->history_schema)
	                     : db_session_query_value(runner->session, error, "SELECT current_schema()", NULL);
	if (runner->schema == NULL)
		return false;
	if (*runner->schema == '\0')
		return base_error_set(error, BASE_ERROR_INPUT, "name one with \"history_table\": \"schema.table\"",
		                      "there is no schema for the history table \"%s\": no schema of the search_path "
		                      "exists",
		                      set->history_table);
	g_autofree char *schema = db_session_quote_identifier(runner->session, runner->schema);
	g_autofree char *table = db_session_quote_identifier(runner->session, set->history_table);
	runner->history = g_strconcat(schema, ".", table, NULL);
	return true;
}

static bool
read_stand_ins(MigrationRunner *runner, GError **error)
{
	GHashTableIter iter;
	gpointer source;

	if (runner->stand_ins == NULL || runner->stand_ins->sources == NULL)
		return true;
	g_hash_table_iter_init(&iter, runner->stand_ins->sources);
	while (g_hash_table_iter_next(&iter, NULL, &source)) {
		if (!migration_source_check(source, error))
			return false;
		MigrationScript *script = migration_script_new(source, migration_source_text(source), error);
		if (script == NULL)
			return false;
		g_hash_table_insert(runner->stand_in_scripts, source, script);
	}
	return true;
}

MigrationRunner *
migration_runner_begin(const MigrationSet *set, DbSession *session, const MigrationStandIns *stand_ins, GError **error)
{
	MigrationRunner *runner = g_new0(MigrationRunner, 1);

	runner->set = set;
	runner->session = session;
	runner->stand_ins = stand_ins;
	runner->stand_in_scripts = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)migration_script_free);
	if (name_history(runner, error) && read_stand_ins(runner, error) && set->format->begin(runner, error))
		return runner;
	migration_runner_end(runner);
	return NULL;
}

void
migration_runner_end(MigrationRunner *runner)
{
	if (runner == NULL)
		return;
	if (runner->history != NULL) {
		if (db_session_transaction_state(runner->session) == DB_TRANSACTION_FAILED)
			db_session_execute(runner->session, "ROLLBACK", NULL);
		runner->set->format->end(runner);
	}
	if (runner->free_state != NULL)
		runner->free_state(runner->state);
	g_hash_table_unref(runner->stand_in_scripts);
	g_free(runner->schema);
	g_free(runner->history);
	g_free(runner);
}

GHashTable *
migration_runner_applied(MigrationRunner *runner, GError **error)
{
	return runner->set->format->applied(runner, error);
}

/* --- Statements ------------------------------------------------------------ */

/* A failure that the server answers for is the outcome; others (the connection is lost, somebody pressed Ctrl-C) are
 * errors of this program. Takes `cause` over. */
static bool
fail(Run *run, const MigrationScript *script, const MigrationStatement *statement, const char *step, GError *cause)
{
	DbSession *session = run->runner->session;

	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) &&
	    db_session_transaction_state(session) != DB_TRANSACTION_LOST) {
		migration_outcome_fail(run->outcome, session, script, statement, step, cause->message);
		g_error_free(cause);
	} else {
		g_propagate_error(run->error, cause);
	}
	return false;
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

static bool
run_statements(Run *run)
{
	const GPtrArray *statements = migration_script_statements(run->script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = statements->pdata[i];
		Source *stand_in = migration_stand_in_find(run->runner->stand_ins, statement);
		if (stand_in != NULL ? !run_stand_in(run, statement, stand_in)
		                     : !send_statement(run, run->script, statement))
			return false;
		watch_transaction(run, statement);
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

	return format->record(run->runner, run->migration, run->direction, duration, &cause) ||
	       fail(run, run->script, NULL, "while writing the history", cause);
}

/* A transaction that the script itself has left open would take the history row with it. */
static bool
check_closed(Run *run)
{
	if (db_session_transaction_state(run->runner->session) == DB_TRANSACTION_IDLE)
		return true;
	const GPtrArray *statements = migration_script_statements(run->script);
	const MigrationStatement *opened = migration_script_find(run->script, MIGRATION_STATEMENT_TRANSACTION_CONTROL);
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

static void
roll_back(Run *run)
{
	DbTransactionState state = db_session_transaction_state(run->runner->session);

	if (state == DB_TRANSACTION_OPEN || state == DB_TRANSACTION_FAILED)
		db_session_execute(run->runner->session, "ROLLBACK", NULL);
}

static bool
run_in_transaction(Run *run)
{
	run->in_transaction = true;
	if (execute(run, "BEGIN", "at BEGIN") && prepare(run) && run_statements(run) && record(run) &&
	    (db_session_transaction_state(run->runner->session) == DB_TRANSACTION_IDLE ||
	     execute(run, "COMMIT", "at COMMIT")))
		return true;
	roll_back(run);
	return false;
}

static bool
run_on_its_own(Run *run)
{
	const MigrationFormat *format = run->runner->set->format;
	GError *cause = NULL;

	if (prepare(run) && run_statements(run) && check_closed(run) && record(run))
		return true;
	roll_back(run);
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
	return prepare(run) && run_statements(run) && record(run);
}

static bool
run_within_checked(Run *run)
{
	return run_within(run) && execute(run, "SET CONSTRAINTS ALL IMMEDIATE", "checking deferred constraints");
}

/* Runs one script in one of the ways above. False only with *error. */
static bool
run_script(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, bool (*way)(Run *run),
           MigrationOutcome *ret_outcome, GError **error)
{
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
	bool done = way(&run) || outcome.failed;
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

static bool
check_direction(const Migration *migration, MigrationDirection direction, GError **error)
{
	if (direction == MIGRATION_UP || migration->down != NULL)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "give it one, or say \"rollback: restore\" in the suite",
	                      "the migration \"%s\" has no way down", migration->name);
}

bool
migration_runner_apply(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                       MigrationOutcome *ret_outcome, GError **error)
{
	if (!check_direction(migration, direction, error))
		return false;
	const MigrationScript *script = direction == MIGRATION_UP ? migration->up : migration->down;
	bool transaction = migration_script_mode(script) == MIGRATION_MODE_TRANSACTION;
	return run_script(runner, migration, direction, transaction ? run_in_transaction : run_on_its_own, ret_outcome,
	                  error);
}

bool
migration_runner_apply_within(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                              MigrationOutcome *ret_outcome, GError **error)
{
	if (!check_direction(migration, direction, error))
		return false;
	if (!migration_script_fits_transaction(direction == MIGRATION_UP ? migration->up : migration->down))
		return base_error_set(error, BASE_ERROR_INPUT, NULL,
		                      "the migration \"%s\" cannot run inside a transaction", migration->name);
	return run_script(runner, migration, direction, run_within_checked, ret_outcome, error);
}

/* --- Everything pending ----------------------------------------------------- */

/* The pending migrations in their order, owned by the set. */
static GPtrArray *
list_pending(MigrationRunner *runner, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, error);
	const GPtrArray *migrations = runner->set->migrations;

	if (applied == NULL)
		return NULL;
	GPtrArray *pending = g_ptr_array_new();
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = migrations->pdata[i];
		if (!g_hash_table_contains(applied, migration->name))
			g_ptr_array_add(pending, migrations->pdata[i]);
	}
	return pending;
}

/* How a group runs: all its scripts in one transaction, or all of them without any. */
static bool
choose_group(MigrationRunner *runner, const GPtrArray *pending, bool *ret_transaction, GError **error)
{
	const Migration *first[2] = { NULL, NULL };

	for (guint i = 0; i < pending->len; i++) {
		const Migration *migration = pending->pdata[i];
		MigrationMode mode = migration_script_mode(migration->up);
		if (first[mode] == NULL)
			first[mode] = migration;
	}
	*ret_transaction = first[MIGRATION_MODE_AUTOCOMMIT] == NULL;
	if (*ret_transaction || first[MIGRATION_MODE_TRANSACTION] == NULL ||
	    migration_set_has(runner->set, MIGRATION_SETTING_MIXED))
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "set group=false or mixed=true",
	                      "\"%s\" runs outside of a transaction and \"%s\" inside of one, but they are one group",
	                      first[MIGRATION_MODE_AUTOCOMMIT]->name, first[MIGRATION_MODE_TRANSACTION]->name);
}

/* Ends the transaction of a group; the outcome is that of its last migration. */
static bool
commit_group(MigrationRunner *runner, const Migration *last, MigrationOutcome *outcome, GError **error)
{
	GError *cause = NULL;
	Run run = { .runner = runner, .script = last->up, .outcome = outcome, .error = error };

	if (db_session_transaction_state(runner->session) == DB_TRANSACTION_IDLE ||
	    db_session_execute(runner->session, "COMMIT", &cause))
		return true;
	fail(&run, last->up, NULL, "at COMMIT", cause);
	roll_back(&run);
	return outcome->failed;
}

static bool
run_pending(MigrationRunner *runner, const GPtrArray *pending, bool (*way)(Run *run), guint *applied,
            const Migration **failed, MigrationOutcome *outcome, GError **error)
{
	for (guint i = 0; i < pending->len && *failed == NULL; i++) {
		const Migration *migration = pending->pdata[i];
		migration_outcome_clear(outcome);
		bool done = way != NULL ? run_script(runner, migration, MIGRATION_UP, way, outcome, error)
		                        : migration_runner_apply(runner, migration, MIGRATION_UP, outcome, error);
		if (!done)
			return false;
		if (outcome->failed)
			*failed = migration;
		else
			(*applied)++;
	}
	return true;
}

static bool
run_group(MigrationRunner *runner, const GPtrArray *pending, guint *applied, const Migration **failed,
          MigrationOutcome *outcome, GError **error)
{
	bool transaction = false;

	if (!choose_group(runner, pending, &transaction, error))
		return false;
	if (!transaction)
		return run_pending(runner, pending, run_on_its_own, applied, failed, outcome, error);
	Run run = { .runner = runner };
	if (!db_session_execute(runner->session, "BEGIN", error))
		return false;
	bool done = run_pending(runner, pending, run_within, applied, failed, outcome, error);
	const Migration *last = pending->pdata[pending->len - 1];
	if (done && *failed == NULL) {
		done = commit_group(runner, last, outcome, error);
		if (outcome->failed)
			*failed = last;
	}
	if (!done || *failed != NULL) {
		roll_back(&run);
		*applied = 0;
	}
	return done;
}

bool
migration_runner_migrate(MigrationRunner *runner, guint *ret_applied, const Migration **ret_failed,
                         MigrationOutcome *ret_outcome, GError **error)
{
	const MigrationSet *set = runner->set;
	MigrationOutcome outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (set->format->validate != NULL && !set->format->validate(runner, error))
		return false;
	g_autoptr(GPtrArray) pending = list_pending(runner, error);
	if (pending == NULL)
		return false;
	bool group = pending->len > 0 && migration_set_has(set, MIGRATION_SETTING_GROUP);
	if (group ? !run_group(runner, pending, &applied, &failed, &outcome, error)
	          : !run_pending(runner, pending, NULL, &applied, &failed, &outcome, error)) {
		migration_outcome_clear(&outcome);
		return false;
	}
	*ret_applied = applied;
	*ret_failed = failed;
	*ret_outcome = outcome;
	return true;
}
