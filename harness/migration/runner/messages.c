/* Sends the messages of a script. */
#include "migration/runner/run_private.h"

#include "migration/format.h"
#include "migration/runner/outcome.h"
#include "migration/runner/runner.h"
#include "migration/runner/stand_in.h"
#include "migration/text/script.h"

#include <string.h>

/* --- Statements ------------------------------------------------------------ */

static bool
messages_send_statement(MigrationRun *run, const MigrationScript *script, const MigrationStatement *statement)
{
	DbSession *session = run->runner->session;
	GError *cause = NULL;

	if (statement->data != NULL
	        ? db_session_copy_in(session, statement->sql, statement->data, statement->data_length, &cause)
	        : db_session_execute(session, statement->sql, &cause))
		return true;
	return migration_run_refused(run, script, statement, NULL, cause);
}

static bool
messages_run_stand_in(MigrationRun *run, const MigrationStatement *statement, Source *source)
{
	DbSession *session = run->runner->session;
	const MigrationScript *script = g_hash_table_lookup(run->runner->stand_in_scripts, source);
	const GPtrArray *statements = migration_script_statements(script);
	g_auto(MigrationStandInState) state = { 0 };
	GError *cause = NULL;

	if (!migration_stand_in_begin(session, statement, &state, &cause))
		return migration_run_refused(run, run->script, statement, NULL, cause);
	for (guint i = 0; i < statements->len && !state.exists; i++)
		if (!messages_send_statement(run, script, g_ptr_array_index(statements, i)))
			return false;
	if (!migration_stand_in_end(session, &state, &cause))
		return migration_run_refused(run, run->script, statement, NULL, cause);
	g_string_append_printf(run->warnings, "STAND-IN: \"%s\" ran in the place of CREATE EXTENSION %s\n",
	                       base_source_path(source), statement->extension);
	return true;
}

/* Statements after the end of our transaction run on their own, as with the real tool. */
static void
watch_transaction(MigrationRun *run, const MigrationStatement *statement)
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

/* --- Messages --------------------------------------------------------------- */

/* The statement that ends the transaction, where one does; else the message's last. */
static const MigrationStatement *
find_end(const MigrationMessage *message)
{
	const MigrationStatement *found = NULL;

	for (guint i = 0; i < message->statements->len; i++) {
		found = g_ptr_array_index(message->statements, i);
		if (found->flags & MIGRATION_STATEMENT_TRANSACTION_CONTROL)
			break;
	}
	return found != NULL ? found : message->text;
}

static const MigrationStatement *
find_stand_in(const MigrationRun *run, const MigrationMessage *message)
{
	for (guint i = 0; i < message->statements->len; i++)
		if (migration_stand_in_find(run->runner->stand_ins, g_ptr_array_index(message->statements, i)) != NULL)
			return g_ptr_array_index(message->statements, i);
	return NULL;
}

/* The statement, or what runs in its place. */
static bool
messages_send_any(MigrationRun *run, const MigrationStatement *statement)
{
	Source *stand_in = migration_stand_in_find(run->runner->stand_ins, statement);

	return stand_in != NULL ? messages_run_stand_in(run, statement, stand_in)
	                        : messages_send_statement(run, run->script, statement);
}

/* A stand-in cannot be sent in the midst of a text: the statements go one by one, in a transaction where the server
 * would have made one of the message. */
static bool
send_apart(MigrationRun *run, const MigrationMessage *message)
{
	bool own = message->statements->len > 1 &&
	           db_session_transaction_state(run->runner->session) == DB_TRANSACTION_IDLE;

	if (own && !migration_run_execute(run, "BEGIN", "at BEGIN"))
		return false;
	for (guint i = 0; i < message->statements->len; i++)
		if (!messages_send_any(run, g_ptr_array_index(message->statements, i)))
			return false;
	return !own || db_session_transaction_state(run->runner->session) == DB_TRANSACTION_IDLE ||
	       migration_run_execute(run, "COMMIT", "at COMMIT");
}

/* A message that breaks the tool's pipeline runs between two transactions. */
static bool
messages_send_watched(MigrationRun *run, const MigrationMessage *message)
{
	const MigrationSet *set = run->runner->set;
	bool breaks = migration_script_scope(run->script) == MIGRATION_SCOPE_PIPELINE && run->in_transaction &&
	              set->format->breaks_pipeline != NULL && set->format->breaks_pipeline(set, message);

	if (breaks && (!migration_run_execute(run, "COMMIT", "at COMMIT") || !migration_run_note_end(run)))
		return false;
	return migration_run_send_watched(run, message, messages_send_any) &&
	       (!breaks || migration_run_execute(run, "BEGIN", "at BEGIN"));
}

/* The statement of the message that failed: the one that the server's position points into, else the one after the
 * last that succeeded. */
static const MigrationStatement *
messages_find_failed(const MigrationRun *run, const MigrationMessage *message)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(run->runner->session);
	guint done = db_session_statements_done(run->runner->session);

	if ((diagnostic != NULL && diagnostic->position > 0) || done >= message->statements->len)
		return message->text;
	return g_ptr_array_index(message->statements, done);
}

static bool
messages_send_message(MigrationRun *run, const MigrationMessage *message)
{
	GError *cause = NULL;

	if (run->runner->watch != NULL)
		return messages_send_watched(run, message);
	if (find_stand_in(run, message) != NULL)
		return send_apart(run, message);
	if (message->text->data != NULL)
		return messages_send_statement(run, run->script, message->text);
	return db_session_execute(run->runner->session, message->text->sql, &cause) ||
	       migration_run_refused(run, run->script, messages_find_failed(run, message), NULL, cause);
}

/* --- Batches ---------------------------------------------------------------
 * Inside a transaction, statements that nothing has to be done between are sent in one message: the way to the server
 * and back costs more than many a small statement. */

#define BATCH_STATEMENTS 100
#define BATCH_BYTES      ((gsize)64 * 1024)

/* False for messages that cannot be part of a batch: COPY needs the copy protocol, a change of lexical settings has
 * to be done before the next text is sent, and a text of several statements fails in its own way. */
static bool
fits_batch(const MigrationRun *run, const MigrationMessage *message)
{
	const MigrationStatement *statement = message->text;

	return message->statements->len == 1 && g_ptr_array_index(message->statements, 0) == statement &&
	       statement->flags == 0 && statement->data == NULL &&
	       g_ascii_strncasecmp(statement->sql, "COPY", 4) != 0 &&
	       strstr(statement->sql, "standard_conforming_strings") == NULL &&
	       migration_stand_in_find(run->runner->stand_ins, statement) == NULL;
}

/* The number of messages, from this one on, that make a batch; 0 or 1 when there is none. */
static guint
count_batch(const MigrationRun *run, guint first)
{
	const GPtrArray *messages = migration_script_messages(run->script);
	gsize bytes = 0;
	guint n = 0;

	if (run->runner->hook != NULL || run->runner->watch != NULL ||
	    db_session_transaction_state(run->runner->session) != DB_TRANSACTION_OPEN)
		return 0;
	while (first + n < messages->len && n < BATCH_STATEMENTS && bytes < BATCH_BYTES &&
	       fits_batch(run, g_ptr_array_index(messages, first + n))) {
		bytes += strlen(((const MigrationMessage *)g_ptr_array_index(messages, first + n))->text->sql);
		n++;
	}
	return n;
}

static bool
send_batch(MigrationRun *run, guint first, guint n)
{
	const GPtrArray *messages = migration_script_messages(run->script);
	const char *texts[BATCH_STATEMENTS];
	GError *cause = NULL;
	guint failed = 0;

	for (guint i = 0; i < n; i++)
		texts[i] = ((const MigrationMessage *)g_ptr_array_index(messages, first + i))->text->sql;
	run->n_executed += n;
	if (db_session_execute_batch(run->runner->session, n, texts, &failed, &cause))
		return true;
	return migration_run_refused(run, run->script,
	                             ((const MigrationMessage *)g_ptr_array_index(messages, first + failed))->text,
	                             NULL, cause);
}

/* True where the tool takes a script up again, and writes down how far it has come. */
static bool
is_stepwise(const MigrationRun *run)
{
	return !run->in_transaction && run->direction == MIGRATION_UP && run->script == run->migration->up &&
	       run->runner->set->format->progress != NULL;
}

static bool
write_progress(MigrationRun *run)
{
	GError *cause = NULL;

	return !is_stepwise(run) ||
	       run->runner->set->format->progress(run->runner, run->migration, run->n_executed, &cause) ||
	       migration_run_refused(run, run->script, NULL, "while writing the history", cause);
}

bool
migration_run_send(MigrationRun *run)
{
	const GPtrArray *messages = migration_script_messages(run->script);
	guint first = is_stepwise(run) ? run->runner->set->format->resume(run->runner) : 0;

	run->n_executed += first;
	if (!migration_run_reach(run, MIGRATION_POINT_STATEMENT))
		return false;
	for (guint i = first; i < messages->len; i++) {
		const MigrationMessage *message = g_ptr_array_index(messages, i);
		if (run->without_own && (i == 0 || i + 1 == messages->len)) {
			run->n_executed++;
			continue;
		}
		guint n = count_batch(run, i);
		if (n > 1) {
			if (!send_batch(run, i, n))
				return false;
			i += n - 1;
			continue;
		}
		if (!messages_send_message(run, message))
			return false;
		watch_transaction(run, find_end(message));
		run->n_executed++;
		if (!write_progress(run) || !migration_run_reach(run, MIGRATION_POINT_STATEMENT))
			return false;
	}
	return true;
}

/* --- Pipelines --------------------------------------------------------------- */

static const MigrationStatement *
text_of(const MigrationRun *run, guint i)
{
	const GPtrArray *messages = migration_script_messages(run->script);

	return i < messages->len ? ((const MigrationMessage *)g_ptr_array_index(messages, i))->text : NULL;
}

/* Sends the messages from `first` up to `end`, and the history row if it is given, ended by one Sync: the messages
 * between two Syncs are one transaction. */
static bool
send_part(MigrationRun *run, guint first, guint end, const char *row)
{
	g_autofree const char **texts = g_new0(const char *, end - first + 1);
	guint n = end - first + (row != NULL ? 1 : 0);
	GError *cause = NULL;
	guint failed = 0;

	texts[end - first] = row;
	for (guint i = first; i < end; i++)
		texts[i - first] = text_of(run, i)->sql;
	if (n == 0 || db_session_execute_pipeline(run->runner->session, n, texts, &failed, &cause))
		return true;
	bool is_row = first + failed >= end;
	return migration_run_refused(run, run->script, is_row ? NULL : text_of(run, first + failed),
	                             is_row ? "while writing the history" : NULL, cause);
}

bool
migration_run_send_pipeline(MigrationRun *run)
{
	const MigrationSet *set = run->runner->set;
	const GPtrArray *messages = migration_script_messages(run->script);
	g_autofree char *row = set->format->record_sql(run->runner, run->migration, run->direction,
	                                               g_get_monotonic_time() - run->start);
	guint first = 0;

	for (guint i = 0; set->format->breaks_pipeline != NULL && i < messages->len; i++) {
		if (!set->format->breaks_pipeline(set, g_ptr_array_index(messages, i)))
			continue;
		if (!send_part(run, first, i, NULL) || !messages_send_statement(run, run->script, text_of(run, i)))
			return false;
		first = i + 1;
		run->n_executed = first;
	}
	run->n_executed = messages->len;
	return send_part(run, first, messages->len, row);
}

bool
migration_run_needs_stand_in(const MigrationRun *run)
{
	const GPtrArray *messages = migration_script_messages(run->script);

	for (guint i = 0; i < messages->len; i++)
		if (find_stand_in(run, g_ptr_array_index(messages, i)) != NULL)
			return true;
	return false;
}
