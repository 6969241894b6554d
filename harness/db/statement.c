/* Sends statements and waits for their results. */
#include "db/session_private.h"

#include "base/activity.h"
#include "base/error.h"
#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define COPY_CHUNK ((gsize)64 * 1024)

/* Time that the server has to answer to a cancel request and to cleanup statements. After that the connection is
 * cut. */
#define CANCEL_PATIENCE      ((gint64)5 * G_USEC_PER_SEC)
#define CLEANUP_PATIENCE     ((gint64)300 * G_USEC_PER_SEC)
#define INTERRUPTED_PATIENCE ((gint64)30 * G_USEC_PER_SEC)

bool
db_session_begin_call(DbSession *session, GError **error)
{
	db_session_forget_failure(session);
	db_session_drop_rows(session, false);
	session->limit_end = session->limit > 0 ? g_get_monotonic_time() + session->limit : 0;
	session->limit_hit = false;
	return session->uninterruptible || base_interrupt_check(error);
}

void
db_session_limit(DbSession *session, gint64 microseconds)
{
	session->limit = microseconds;
	g_free(session->limit_text);
	session->limit_text = g_strdup_printf("it took longer than %.10g s, and was cancelled",
	                                      (double)microseconds / G_USEC_PER_SEC);
}

/* --- Waiting ------------------------------------------------------------- */

/* Waiting for one thing. */
typedef struct {
	bool cancelled;
	bool limited;    /* the deadline is that of the session's limit */
	gint64 deadline; /* 0: none */
} Wait;

typedef struct {
	PGcancel *request;
	GAsyncQueue *done;
} Cancel;

static gpointer
send_cancel(gpointer data)
{
	Cancel *cancel = data;
	char message[256];

	PQcancel(cancel->request, message, sizeof message);
	PQfreeCancel(cancel->request);
	g_async_queue_push(cancel->done, cancel->done);
	g_async_queue_unref(cancel->done);
	g_free(cancel);
	return NULL;
}

/* Cancels the running statement. libpq waits without end for a server that does not listen any more, so a thread does
 * it; who asks waits until the server has taken the request, which must not hit a later statement. False when it has
 * not. */
static bool
db_statement_cancel(DbSession *session)
{
	PGcancel *request = PQgetCancel(session->connection);

	if (request == NULL)
		return false;
	GAsyncQueue *done = g_async_queue_new();
	Cancel *sending = g_new0(Cancel, 1);
	*sending = (Cancel){ .request = request, .done = g_async_queue_ref(done) };
	g_thread_unref(g_thread_new("cancel", send_cancel, sending));
	bool taken = g_async_queue_timeout_pop(done, CANCEL_PATIENCE) != NULL;
	g_async_queue_unref(done);
	return taken;
}

/* The server gets some extra time to reach its own limits, end the statement and report the error. */
static void
begin_wait(const DbSession *session, Wait *wait)
{
	gint64 patience = 0;

	if (session->uninterruptible)
		patience = base_interrupted() ? INTERRUPTED_PATIENCE : CLEANUP_PATIENCE;
	else if (session->limited && session->limits.statement_timeout > 0)
		patience = (gint64)session->limits.statement_timeout * G_TIME_SPAN_MILLISECOND + CANCEL_PATIENCE;
	*wait = (Wait){ .deadline = patience > 0 ? g_get_monotonic_time() + patience : 0 };
	if (!session->uninterruptible && session->limit_end != 0 && !session->limit_hit)
		*wait = (Wait){ .limited = true, .deadline = session->limit_end };
}

/* Milliseconds, or -1. */
static int
db_statement_time_to_wait(const Wait *wait)
{
	if (wait->deadline == 0)
		return -1;
	return (int)CLAMP((wait->deadline - g_get_monotonic_time()) / 1000 + 1, 0, G_MAXINT);
}

/* Waits until the socket is ready for one of the events. On an interruption the running statement is cancelled once,
 * and the wait goes on for the server's answer to that. A server that does not answer in time is lost: its connection
 * is cut. */
static bool
wait_socket(DbSession *session, short events, Wait *wait)
{
	for (;;) {
		bool watch = !wait->cancelled && !session->uninterruptible;
		struct pollfd ready[2] = {
			{ .fd = PQsocket(session->connection), .events = events },
			{ .fd = watch ? base_interrupt_fd() : -1, .events = POLLIN },
		};
		if (ready[0].fd < 0)
			return false;
		if (session->trim != NULL && db_trim_is_ready(session->trim))
			return true;
		int n = poll(ready, 2, db_statement_time_to_wait(wait));
		if (n < 0 && errno != EINTR)
			return false;
		if (n == 0 && !wait->limited) {
			session->given_up = true;
			shutdown(ready[0].fd, SHUT_RDWR);
			return true;
		}
		if (n == 0 || ready[1].revents != 0) {
			session->limit_hit = session->limit_hit || n == 0;
			bool taken = db_statement_cancel(session);
			*wait = (Wait){ .cancelled = true,
				        .deadline = g_get_monotonic_time() + (taken ? CANCEL_PATIENCE : 0) };
		}
		if (ready[0].revents != 0)
			return true;
	}
}

bool
db_session_flush(DbSession *session)
{
	Wait wait;

	begin_wait(session, &wait);
	for (;;) {
		int pending = PQflush(session->connection);
		if (pending <= 0)
			return pending == 0;
		if (!wait_socket(session, POLLIN | POLLOUT, &wait) || PQconsumeInput(session->connection) == 0)
			return false;
	}
}

PGresult *
db_session_next_result(DbSession *session)
{
	Wait wait;

	begin_wait(session, &wait);
	while (PQisBusy(session->connection))
		if (!wait_socket(session, POLLIN, &wait) || PQconsumeInput(session->connection) == 0)
			break;
	return PQgetResult(session->connection);
}

/* Reads and discards the rows of a COPY TO STDOUT. */
static void
discard_copy(DbSession *session)
{
	char *line = NULL;
	int length;
	Wait wait;

	begin_wait(session, &wait);
	while ((length = PQgetCopyData(session->connection, &line, 1)) >= 0) {
		if (length > 0)
			PQfreemem(line);
		else if (!wait_socket(session, POLLIN, &wait) || PQconsumeInput(session->connection) == 0)
			return;
	}
}

void
db_session_end_copy(DbSession *session, const PGresult *result)
{
	if (PQresultStatus(result) == PGRES_COPY_IN) {
		PQputCopyEnd(session->connection, "there is no data for this COPY FROM STDIN");
		db_session_flush(session);
	} else if (PQresultStatus(result) == PGRES_COPY_OUT) {
		discard_copy(session);
	}
}

/* Notes the results of a statement that succeeded. */
static void
note_success(DbSession *session, PGresult *result)
{
	const char *affected = PQcmdTuples(result);

	session->n_done++;
	session->affected = affected[0] != '\0' ? g_ascii_strtoll(affected, NULL, 10) : -1;
}

/* Reads all results of the message and keeps the last one that has rows. */
static bool
db_statement_collect(DbSession *session, PGresult **ret_rows, GError **error)
{
	PGresult *rows = NULL;
	PGresult *result;
	bool failed = !db_session_flush(session);

	while ((result = db_session_next_result(session)) != NULL) {
		ExecStatusType status = PQresultStatus(result);
		db_session_end_copy(session, result);
		if (db_session_is_failure(result)) {
			failed = true;
			db_session_keep_failure(session, result);
		} else if (status == PGRES_SINGLE_TUPLE) {
			PQclear(result);
		} else {
			note_success(session, result);
			PQclear(status == PGRES_TUPLES_OK ? rows : result);
			rows = status == PGRES_TUPLES_OK ? result : rows;
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

/* Runs a text of statements; ret_rows gets the rows of the last one, unless it is NULL. */
static bool
run_text(DbSession *session, const char *sql, PGresult **ret_rows, GError **error)
{
	if (!db_session_begin_call(session, error))
		return false;
	if (PQsendQuery(session->connection, sql) == 0)
		return db_session_fail(session, error);
	/* Unwanted rows are discarded one by one, however many there are. */
	if (ret_rows == NULL)
		PQsetSingleRowMode(session->connection);
	db_session_drop_rows(session, ret_rows == NULL);
	base_activity_wait(sql);
	bool done = db_statement_collect(session, ret_rows, error);
	base_activity_wait(NULL);
	return done;
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
	Wait wait;

	begin_wait(session, &wait);
	for (;;) {
		int done = PQputCopyData(session->connection, data, (int)length);
		if (done != 0)
			return done > 0;
		if (!wait_socket(session, POLLIN | POLLOUT, &wait))
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
		bool ended = db_statement_collect(session, NULL, error);
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
	return db_statement_collect(session, NULL, error);
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
	if (!db_statement_collect(session, &rows, error))
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
