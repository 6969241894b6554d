/* What the server says when it refuses something, and the error that we make of it. */
#include "db/session_private.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "db/mask.h"

#include <string.h>

/* A message of the server may be as long as a value; nobody reads so much. */
#define TEXT_MAX ((gsize)64 * 1024)

void
db_session_forget_failure(DbSession *session)
{
	PQclear(session->failure);
	session->failure = NULL;
	session->has_diagnostic = false;
	session->n_done = 0;
	session->affected = -1;
}

void
db_session_cut_text(char *text)
{
	gsize length = strlen(text);

	if (length <= TEXT_MAX)
		return;
	char *end = text + TEXT_MAX - strlen("...");
	while (end > text && ((guchar)*end & 0xC0) == 0x80)
		end--;
	memcpy(end, "...", sizeof "...");
}

/* The texts are in the result's own memory. */
static void
cut_fields(const PGresult *result)
{
	static const int fields[] = { PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT,
		                      PG_DIAG_CONTEXT };

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		char *text = PQresultErrorField(result, fields[i]);
		if (text != NULL)
			db_session_cut_text(text);
	}
}

void
db_session_keep_failure(DbSession *session, PGresult *result)
{
	if (session->failure != NULL) {
		/* The first failure is the cause; later ones are its consequences. */
		PQclear(result);
		return;
	}
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	cut_fields(result);
	session->failure = result;
	session->has_diagnostic = true;
	session->diagnostic = (DbDiagnostic){
		.severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED),
		.sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE),
		.message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
		.detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
		.hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT),
		.context = PQresultErrorField(result, PG_DIAG_CONTEXT),
		.constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME),
		.position = position != NULL ? (guint)g_ascii_strtoull(position, NULL, 10) : 0,
	};
	/* The server's message mentions a user's request only. */
	if (session->limit_hit && g_strcmp0(session->diagnostic.sqlstate, db_sqlstate_of("query_canceled")) == 0)
		session->diagnostic.message = session->limit_text;
}

/* Failures of sessions whose connection was gone, of all threads. */
static int n_lost;

int
db_sessions_lost(void)
{
	return g_atomic_int_get(&n_lost);
}

bool
db_session_fail(DbSession *session, GError **error)
{
	const DbDiagnostic *diagnostic = &session->diagnostic;

	if (PQstatus(session->connection) == CONNECTION_BAD)
		g_atomic_int_inc(&n_lost);
	if (!session->uninterruptible && !base_interrupt_check(error))
		return false;
	if (!session->has_diagnostic || diagnostic->message == NULL || diagnostic->sqlstate == NULL) {
		g_autofree char *cause = db_mask(PQerrorMessage(session->connection));
		session->has_diagnostic = false;
		if (session->given_up)
			return base_error_set(error, BASE_ERROR_DATABASE,
			                      "look whether the server and the way to it are well",
			                      "the server gave no answer in time, and the connection was given up");
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "lost the connection to the server: %s",
		                      g_strstrip(cause));
	}
	g_autoptr(GString) text = g_string_new(diagnostic->message);
	g_string_append_printf(text, " (SQLSTATE %s)", diagnostic->sqlstate);
	if (diagnostic->detail != NULL)
		g_string_append_printf(text, "\ndetail: %s", diagnostic->detail);
	return base_error_set(error, BASE_ERROR_DATABASE, diagnostic->hint, "%s", text->str);
}

bool
db_session_is_failure(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_PIPELINE_ABORTED;
}
