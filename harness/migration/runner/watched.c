/* Statements one by one, for somebody who looks at each of them. */
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

/* True when the statement ends transactions itself, as a procedure can, or cannot be in one, which nobody could tell
 * from its text. */
static bool
watched_refuses_transaction(const MigrationRun *run, const MigrationMessage *message)
{
	const char *sqlstate = run->outcome->failed ? run->outcome->sqlstate : NULL;

	return message->statements->len <= 1 && sqlstate != NULL &&
	       (g_str_equal(sqlstate, DB_SQLSTATE_INVALID_TRANSACTION_TERMINATION) ||
	        g_str_equal(sqlstate, DB_SQLSTATE_ACTIVE_SQL_TRANSACTION));
}

bool
migration_run_send_watched(MigrationRun *run, const MigrationMessage *message, Send send)
{
	static const guint apart = MIGRATION_STATEMENT_NO_TRANSACTION | MIGRATION_STATEMENT_TRANSACTION_CONTROL;
	DbSession *session = run->runner->session;

	if (db_session_transaction_state(session) != DB_TRANSACTION_IDLE || (message->text->flags & apart) != 0)
		return watched_send_all(run, message, send);
	if (!migration_run_execute(run, "BEGIN", "at BEGIN"))
		return false;
	if (watched_send_all(run, message, send))
		return db_session_transaction_state(session) == DB_TRANSACTION_IDLE ||
		       (migration_run_execute(run, "COMMIT", "at COMMIT") && migration_run_note_end(run));
	if (!watched_refuses_transaction(run, message))
		return false;
	migration_outcome_clear(run->outcome);
	migration_run_roll_back(run->runner);
	return watched_send_all(run, message, send);
}
