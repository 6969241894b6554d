/* Statements in one message: which of them failed, and where. */
#include "db/session_private.h"

#include "db/sqlstate.h"

#include <string.h>

/* Ends a statement of a batch, also one that ends in a comment. */
#define BATCH_SEPARATOR "\n;\n"

/* The index of the statement of the batch that failed: the one that contains the server's position, else the one
 * after the last success. Makes the position relative to that statement. */
static guint
batch_find_failed(DbSession *session, guint n, const char *const *statements)
{
	guint position = session->diagnostic.position;

	if (!session->has_diagnostic || position == 0)
		return session->n_done;
	for (guint i = 0; i < n; i++) {
		guint length = (guint)g_utf8_strlen(statements[i], -1);
		/* An error at the end is one at the separator. */
		if (position <= length + strlen(BATCH_SEPARATOR) || i + 1 == n) {
			session->diagnostic.position = position;
			return i;
		}
		position -= length + (guint)strlen(BATCH_SEPARATOR);
	}
	return session->n_done;
}

/* In a batch, the message of a syntax error quotes the text after the statement. This runs the statement alone, to
 * get the message that its author expects. That works in a failed transaction, too, because the server parses a
 * statement first. */
static void
ask_syntax(DbSession *session, const char *statement, GError **error)
{
	PGresult *failure = session->failure;
	DbDiagnostic diagnostic = session->diagnostic;
	GError *alone = NULL;

	session->failure = NULL;
	if (!db_session_execute(session, statement, &alone) && session->has_diagnostic &&
	    g_strcmp0(session->diagnostic.sqlstate, diagnostic.sqlstate) == 0) {
		PQclear(failure);
		g_clear_error(error);
		g_propagate_error(error, alone);
		return;
	}
	g_clear_error(&alone);
	db_session_forget_failure(session);
	session->failure = failure;
	session->diagnostic = diagnostic;
	session->has_diagnostic = true;
}

guint
db_session_statements_done(const DbSession *session)
{
	return session->n_done;
}

bool
db_session_execute_batch(DbSession *session, guint n, const char *const *statements, guint *ret_failed, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%s%s", statements[i], BATCH_SEPARATOR);
	if (db_session_execute(session, text->str, error))
		return true;
	*ret_failed = batch_find_failed(session, n, statements);
	if (session->has_diagnostic && g_strcmp0(session->diagnostic.sqlstate, DB_SQLSTATE_SYNTAX_ERROR) == 0)
		ask_syntax(session, statements[*ret_failed], error);
	return false;
}
