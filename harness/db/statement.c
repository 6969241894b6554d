/* Sending statements and waiting for what the server says to them. */
#include "db/session_private.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define COPY_CHUNK ((gsize)64 * 1024)

/* --- Failures ------------------------------------------------------------ */

void
db_session_forget_failure(DbSession *session)
{
	PQclear(session->failure);
	session->failure = NULL;
	session->has_diagnostic = false;
	session->n_done = 0;
	session->affected = -1;
}

bool
db_session_begin_call(DbSession *session, GError **error)
{
	db_session_forget_failure(session);
	return session->uninterruptible || base_interrupt_check(error);
}

void
db_session_keep_failure(DbSession *session, PGresult *result)
{
	if (session->failure != NULL) {
		/* The first failure is the cause; what follows it is consequence. */
		PQclear(result);
		return;
	}
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
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
}

bool
db_session_fail(DbSession *session, GError **error)
{
	const DbDiagnostic *diagnostic = &session->diagnostic;

	if (!session->uninterruptible && !base_interrupt_check(error))
		return false;
	if (!session->has_diagnostic || diagnostic->message == NULL || diagnostic->sqlstate == NULL) {
		g_autofree char *cause = g_strdup(PQerrorMessage(session->connection));
		session->has_diagnostic = false;
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

/* --- Waiting ------------------------------------------------------------- */

static void
cancel(DbSession *session)
{
	char message[256];
	PGcancel *request = PQgetCancel(session->connection);

	if (request == NULL)
		return;
	PQcancel(request, message, sizeof message);
	PQfreeCancel(request);
}

/* Waits until the socket is ready for one of the events. On an interruption the running
 * statement is cancelled once, and the wait goes on for the server's answer to that. */
static bool
wait_socket(DbSession *session, short events, bool *cancelled)
{
	for (;;) {
		struct pollfd ready[2] = {
			{ .fd = PQsocket(session->connection), .events = events },
			{ .fd = *cancelled || session->uninterruptible ? -1 : base_interrupt_fd(), .events = POLLIN },
		};
		if (ready[0].fd < 0)
			return false;
		if (poll(ready, 2, -1) < 0 && errno != EINTR)
			return false;
		if (ready[1].revents != 0) {
			cancel(session);
			*cancelled = true;
		}
		if (ready[0].revents != 0)
			return true;
	}
}

bool
db_session_flush(DbSession *session)
{
	bool cancelled = false;

	for (;;) {
		int pending = PQflush(session->connection);
		if (pending <= 0)
			return pending == 0;
		if (!wait_socket(session, POLLIN | POLLOUT, &cancelled) || PQconsumeInput(session->connection) == 0)
			return false;
	}
}

PGresult *
db_session_next_result(DbSession *session)
{
	bool cancelled = false;

	while (PQisBusy(session->connection))
		if (!wait_socket(session, POLLIN, &cancelled) || PQconsumeInput(session->connection) == 0)
			break;
	return PQgetResult(session->connection);
}

void
db_session_end_copy(DbSession *session, const PGresult *result)
{
	if (PQresultStatus(result) == PGRES_COPY_IN) {
		PQputCopyEnd(session->connection, "there is no data for this COPY FROM STDIN");
		db_session_flush(session);
	} else if (PQresultStatus(result) == PGRES_COPY_OUT) {
		char *line = NULL;
		while (PQgetCopyData(session->connection, &line, 0) > 0)
			PQfreemem(line);
	}
}

/* Reads all results of what was sent and keeps the last one that has rows. */
static bool
collect(DbSession *session, PGresult **ret_rows, GError **error)
{
	PGresult *rows = NULL;
	PGresult *result;
	bool failed = !db_session_flush(session);

	while ((result = db_session_next_result(session)) != NULL) {
		db_session_end_copy(session, result);
		if (db_session_is_failure(result)) {
			failed = true;
			db_session_keep_failure(session, result);
		} else {
			session->n_done++;
			const char *affected = PQcmdTuples(result);
			session->affected = affected[0] != '\0' ? g_ascii_strtoll(affected, NULL, 10) : -1;
			PQclear(PQresultStatus(result) == PGRES_TUPLES_OK ? rows : result);
			rows = PQresultStatus(result) == PGRES_TUPLES_OK ? result : rows;
		}
		if (PQstatus(session->connection) == CONNECTION_BAD) {
			failed = true;
			break;
		}
	}
	if (failed) {
		PQclear(rows);
		return db_session_fail(session, error);
	}
	if (ret_rows != NULL)
		*ret_rows = rows;
	else
		PQclear(rows);
	return true;
}

/* --- Statements ---------------------------------------------------------- */

/* Runs a text of statements; what the last of them returned is in ret_rows, unless it is NULL. */
static bool
run_text(DbSession *session, const char *sql, PGresult **ret_rows, GError **error)
{
	if (!db_session_begin_call(session, error))
		return false;
	if (PQsendQuery(session->connection, sql) == 0)
		return db_session_fail(session, error);
	return collect(session, ret_rows, error);
}

bool
db_session_execute(DbSession *session, const char *sql, GError **error)
{
	return run_text(session, sql, NULL, error);
}

bool
db_session_execute_rows(DbSession *session, const char *sql, DbResult **ret_result, GError **error)
{
	PGresult *rows = NULL;

	if (!run_text(session, sql, &rows, error))
		return false;
	*ret_result = rows != NULL ? db_result_take(rows) : NULL;
	return true;
}

/* One PQputCopyData; libpq answers 0 when its buffer is full. */
static bool
put_chunk(DbSession *session, const char *data, gsize length)
{
	bool cancelled = false;

	for (;;) {
		int done = PQputCopyData(session->connection, data, (int)length);
		if (done != 0)
			return done > 0;
		if (!wait_socket(session, POLLIN | POLLOUT, &cancelled))
			return false;
	}
}

bool
db_session_copy_in(DbSession *session, const char *sql, const char *data, gsize length, GError **error)
{
	if (!db_session_begin_call(session, error))
		return false;
	if (PQsendQuery(session->connection, sql) == 0 || !db_session_flush(session))
		return db_session_fail(session, error);
	PGresult *result = db_session_next_result(session);
	if (result == NULL || PQresultStatus(result) != PGRES_COPY_IN) {
		bool refused = result != NULL && db_session_is_failure(result);
		if (refused)
			db_session_keep_failure(session, result);
		else
			PQclear(result);
		bool ended = collect(session, NULL, error);
		if (refused || !ended)
			return refused && ended ? db_session_fail(session, error) : false;
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "the statement does not read COPY data");
	}
	PQclear(result);
	const char *stop = NULL;
	for (gsize sent = 0; sent < length && stop == NULL;) {
		gsize chunk = MIN(length - sent, COPY_CHUNK);
		if (base_interrupted() && !session->uninterruptible)
			stop = "interrupted";
		else if (!put_chunk(session, data + sent, chunk))
			stop = "the data could not be sent";
		sent += chunk;
	}
	if (PQputCopyEnd(session->connection, stop) < 0)
		return db_session_fail(session, error);
	return collect(session, NULL, error);
}

DbResult *
db_session_query_params(DbSession *session, const char *sql, int n_params, const char *const *params, GError **error)
{
	PGresult *rows = NULL;

	if (!db_session_begin_call(session, error))
		return NULL;
	if (PQsendQueryParams(session->connection, sql, n_params, NULL, params, NULL, NULL, 0) == 0) {
		db_session_fail(session, error);
		return NULL;
	}
	if (!collect(session, &rows, error))
		return NULL;
	if (rows == NULL) {
		base_error_set(error, BASE_ERROR_DATABASE, NULL, "the statement gives no rows: %s", sql);
		return NULL;
	}
	return db_result_take(rows);
}

static DbResult *
query_va(DbSession *session, GError **error, const char *sql, va_list arguments)
{
	g_autoptr(GPtrArray) params = g_ptr_array_new();

	for (char *param; (param = va_arg(arguments, char *)) != NULL;)
		g_ptr_array_add(params, param);
	return db_session_query_params(session, sql, (int)params->len, (const char *const *)params->pdata, error);
}

DbResult *
db_session_query(DbSession *session, GError **error, const char *sql, ...)
{
	va_list arguments;

	va_start(arguments, sql);
	DbResult *result = query_va(session, error, sql, arguments);
	va_end(arguments);
	return result;
}

char *
db_session_query_value(DbSession *session, GError **error, const char *sql, ...)
{
	va_list arguments;

	va_start(arguments, sql);
	g_autoptr(DbResult) result = query_va(session, error, sql, arguments);
	va_end(arguments);
	if (result == NULL)
		return NULL;
	if (db_result_rows(result) != 1 || db_result_columns(result) != 1) {
		base_error_set(error, BASE_ERROR_DATABASE, NULL, "expected one value, found %d rows of %d columns: %s",
		               db_result_rows(result), db_result_columns(result), sql);
		return NULL;
	}
	const char *value = db_result_value(result, 0, 0);
	return g_strdup(value != NULL ? value : "");
}
