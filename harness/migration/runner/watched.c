/* Sends statements one by one, for a watch that looks at each of them. */
#include "migration/runner/run_private.h"

#include "db/sqlstate.h"
#include "migration/runner/outcome.h"

typedef bool (*Send)(MigrationRun *run, const MigrationStatement *statement);

bool
migration_run_note_end(MigrationRun *run)
{
	const MigrationWatch *watch = run->runner->watch;

	return watch == NULL || watch->ended(run->runner, watch->data, run->error);
}

static bool
watched_send(MigrationRun *run, const MigrationStatement *statement, Send send)
{
	const MigrationWatch *watch = run->runner->watch;
	DbSession *session = run->runner->session;
	bool open = db_session_transaction_state(session) == DB_TRANSACTION_OPEN;

	return watch->before(run->runner, run->script, statement, watch->data, run->error) && send(run, statement) &&
	       watch->after(run->runner, run->script, statement, watch->data, run->error) &&
	       (!open || db_session_transaction_state(session) != DB_TRANSACTION_IDLE || migration_run_note_end(run));
}

static bool
watched_send_all(MigrationRun *run, const MigrationMessage *message, Send send)
{
	for (guint i = 0; i < message->statements->len; i++)
		if (!watched_send(run, g_ptr_array_index(message->statements, i), send))
			return false;
	return message->statements->len > 0 || watched_send(run, message->text, send);
}

/* True if the server refused the statement because of the transaction: it ends transactions itself, as a procedure
 * can, or cannot run in one, which its text does not show. */
static bool
watched_is_refused(const MigrationRun *run)
{
	const char *sqlstate = run->outcome->failed ? run->outcome->sqlstate : NULL;

	return sqlstate != NULL && (g_str_equal(sqlstate, DB_SQLSTATE_INVALID_TRANSACTION_TERMINATION) ||
	                            g_str_equal(sqlstate, DB_SQLSTATE_ACTIVE_SQL_TRANSACTION));
}

/* In a transaction of its own; `*ret_refused` when that cannot be. */
static bool
watched_send_inside(MigrationRun *run, const MigrationMessage *message, Send send, bool *ret_refused)
{
	DbSession *session = run->runner->session;

	*ret_refused = false;
	if (!migration_run_execute(run, "BEGIN", "at BEGIN"))
		return false;
	if (watched_send_all(run, message, send))
		return db_session_transaction_state(session) == DB_TRANSACTION_IDLE ||
		       (migration_run_execute(run, "COMMIT", "at COMMIT") && migration_run_note_end(run));
	*ret_refused = message->statements->len <= 1 && watched_is_refused(run);
	return false;
}

static bool
watched_send_message(MigrationRun *run, const MigrationMessage *message, Send send)
{
	static const guint apart = MIGRATION_STATEMENT_NO_TRANSACTION | MIGRATION_STATEMENT_TRANSACTION_CONTROL;
	bool refused = false;

	if (db_session_transaction_state(run->runner->session) != DB_TRANSACTION_IDLE ||
	    (message->text->flags & apart) != 0)
		return watched_send_all(run, message, send);
	if (watched_send_inside(run, message, send, &refused))
		return true;
	if (!refused)
		return false;
	migration_outcome_clear(run->outcome);
	migration_run_roll_back(run->runner);
	return watched_send_all(run, message, send);
}

bool
migration_run_send_watched(MigrationRun *run, const MigrationMessage *message, Send send)
{
	if ((message->text->flags & MIGRATION_STATEMENT_TRANSACTION_CONTROL) == 0 || message->statements->len <= 1)
		return watched_send_message(run, message, send);
	/* It begins or ends transactions on its way. */
	for (guint i = 0; i < message->statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(message->statements, i);
		g_autoptr(GPtrArray) statements = g_ptr_array_new();
		g_ptr_array_add(statements, (gpointer)statement);
		const MigrationMessage one = { .text = statement, .statements = statements };
		if (!watched_send_message(run, &one, send))
			return false;
	}
	return true;
}
