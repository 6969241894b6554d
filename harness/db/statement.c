/* Sending statements and waiting for what the server says to them. */
#include "db/session_private.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

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

/* Opens every public call: nothing new is sent once a signal has arrived. */
static bool
begin_call(DbSession *session, GError **error)
{
	db_session_forget_failure(session);
	return session->uninterruptible || base_interrupt_check(error);
}

/* Keeps the result as the session's diagnostic; takes ownership of it. */
static void
keep_failure(DbSession *session, PGresult *result)
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

static bool
set_failure(DbSession *session, GError **error)
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

static bool
is_failure(const PGresult *result)
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

/* Sends what libpq has buffered, reading meanwhile, so that neither side can block. */
static bool
flush(DbSession *session)
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

/* The next result, or NULL at the end of the statement's results. */
static PGresult *
next_result(DbSession *session)
{
	bool cancelled = false;

	while (PQisBusy(session->connection))
		if (!wait_socket(session, POLLIN, &cancelled) || PQconsumeInput(session->connection) == 0)
			break;
	return PQgetResult(session->connection);
}

/* Ends a COPY that nobody feeds or reads, so that the connection can go on. */
static void
end_unexpected_copy(DbSession *session, const PGresult *result)
{
	if (PQresultStatus(result) == PGRES_COPY_IN) {
		PQputCopyEnd(session->connection, "there is no data for this COPY FROM STDIN");
		flush(session);
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
	bool failed = !flush(session);

	while ((result = next_result(session)) != NULL) {
		end_unexpected_copy(session, result);
		if (is_failure(result)) {
			failed = true;
			keep_failure(session, result);
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
		return set_failure(session, error);
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
	if (!begin_call(session, error))
		return false;
	if (PQsendQuery(session->connection, sql) == 0)
		return set_failure(session, error);
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
	if (!begin_call(session, error))
		return false;
	if (PQsendQuery(session->connection, sql) == 0 || !flush(session))
		return set_failure(session, error);
	PGresult *result = next_result(session);
	if (result == NULL || PQresultStatus(result) != PGRES_COPY_IN) {
		bool refused = result != NULL && is_failure(result);
		if (refused)
			keep_failure(session, result);
		else
			PQclear(result);
		bool ended = collect(session, NULL, error);
		if (refused || !ended)
			return refused && ended ? set_failure(session, error) : false;
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
		return set_failure(session, error);
	return collect(session, NULL, error);
}

DbResult *
db_session_query_params(DbSession *session, const char *sql, int n_params, const char *const *params, GError **error)
{
	PGresult *rows = NULL;

	if (!begin_call(session, error))
		return NULL;
	if (PQsendQueryParams(session->connection, sql, n_params, NULL, params, NULL, NULL, 0) == 0) {
		set_failure(session, error);
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

/* --- Pipelines ----------------------------------------------------------- */

static bool
send_request(DbSession *session, const DbRequest *request)
{
	if (request->sql != NULL)
		return PQsendQueryParams(session->connection, request->sql, 0, NULL, NULL, NULL, NULL, 0) != 0;
	return PQsendQueryPrepared(session->connection, request->prepared, request->parameter != NULL,
	                           &request->parameter, NULL, NULL, 0) != 0;
}

/* Sends the requests and one Sync, in pipeline mode. */
static bool
send_pipeline(DbSession *session, int n, const DbRequest *requests)
{
	for (int i = 0; i < n; i++)
		if (!send_request(session, &requests[i]))
			return false;
	return PQpipelineSync(session->connection) != 0 && flush(session);
}

static DbRequest *
make_requests(guint n, const char *const *statements)
{
	DbRequest *requests = g_new0(DbRequest, n);

	for (guint i = 0; i < n; i++)
		requests[i].sql = statements[i];
	return requests;
}

/* libpq has no way out of a COPY FROM STDIN that stands in a pipeline: it would be the same result for ever. */
static void
leave_unexpected_copy(DbSession *session, const PGresult *result)
{
	if (PQresultStatus(result) == PGRES_COPY_IN)
		shutdown(PQsocket(session->connection), SHUT_RDWR);
	end_unexpected_copy(session, result);
}

/* Reads up to and including the next Sync; results[i] is the result of statement i. A
 * failure is kept; the statements after it are answered with "aborted". */
static bool
read_pipeline(DbSession *session, int n, PGresult **results)
{
	bool failed = false;
	int i = 0;

	for (;;) {
		PGresult *result = next_result(session);
		if (PQstatus(session->connection) == CONNECTION_BAD) {
			PQclear(result);
			return false;
		}
		if (result == NULL) {
			i++;
			continue;
		}
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			return !failed;
		}
		leave_unexpected_copy(session, result);
		if (is_failure(result)) {
			failed = true;
			keep_failure(session, result);
		} else if (i < n) {
			PQclear(results[i]);
			results[i] = result;
		} else {
			PQclear(result);
		}
	}
}

bool
db_session_pipeline(DbSession *session, int n, const char *const *statements, DbResult **ret_results, GError **error)
{
	g_autofree DbRequest *requests = make_requests((guint)n, statements);

	return db_session_pipeline_requests(session, n, requests, ret_results, error);
}

bool
db_session_pipeline_requests(DbSession *session, int n, const DbRequest *requests, DbResult **ret_results,
                             GError **error)
{
	g_autofree PGresult **results = g_new0(PGresult *, (gsize)n);

	if (!begin_call(session, error))
		return false;
	bool done = PQenterPipelineMode(session->connection) != 0 && send_pipeline(session, n, requests) &&
	            read_pipeline(session, n, results);
	PQexitPipelineMode(session->connection);
	if (!done) {
		for (int i = 0; i < n; i++)
			PQclear(results[i]);
		return set_failure(session, error);
	}
	for (int i = 0; i < n; i++)
		ret_results[i] = db_result_take(results[i]);
	return true;
}

bool
db_session_execute_pipeline(DbSession *session, guint n, const char *const *statements, guint *ret_failed,
                            GError **error)
{
	g_autofree DbRequest *requests = make_requests(n, statements);
	g_autofree PGresult **results = g_new0(PGresult *, n);

	if (!begin_call(session, error))
		return false;
	bool done = PQenterPipelineMode(session->connection) != 0 && send_pipeline(session, (int)n, requests) &&
	            read_pipeline(session, (int)n, results);
	PQexitPipelineMode(session->connection);
	for (guint i = 0; i < n && results[i] != NULL; i++) {
		session->n_done++;
		PQclear(results[i]);
	}
	*ret_failed = session->n_done;
	return done || set_failure(session, error);
}

/* Turns the types of the first columns into their names, all in one query. */
static bool
name_types(DbSession *session, int n, const Oid *types, const int *modifiers, char **ret_types, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT i, pg_catalog.format_type(t, m) FROM (VALUES ");
	bool any = false;

	for (int i = 0; i < n; i++) {
		if (types[i] == InvalidOid)
			continue;
		g_string_append_printf(sql, "%s(%d, %u::oid, %d)", any ? ", " : "", i, types[i], modifiers[i]);
		any = true;
	}
	if (!any)
		return true;
	g_string_append(sql, ") v(i, t, m), pg_catalog.set_config('search_path', '', true)");
	g_autoptr(DbResult) names = db_session_query_params(session, sql->str, 0, NULL, error);
	if (names == NULL)
		return false;
	for (int row = 0; row < db_result_rows(names); row++) {
		gint64 i = g_ascii_strtoll(db_result_value(names, row, 0), NULL, 10);
		ret_types[i] = g_strdup(db_result_value(names, row, 1));
	}
	return true;
}

/* Parse and Describe of each statement, with a Sync of its own, so that one that the
 * server refuses does not take the others with it. */
static bool
send_describe(DbSession *session, int n, const char *const *statements)
{
	for (int i = 0; i < n; i++)
		if (PQsendPrepare(session->connection, "", statements[i], 0, NULL) == 0 ||
		    PQsendDescribePrepared(session->connection, "") == 0 || PQpipelineSync(session->connection) == 0)
			return false;
	return flush(session);
}

bool
db_session_describe(DbSession *session, int n, const char *const *statements, char **ret_types, char **ret_errors,
                    GError **error)
{
	g_autofree Oid *types = g_new0(Oid, (gsize)n);
	g_autofree int *modifiers = g_new0(int, (gsize)n);

	if (!begin_call(session, error))
		return false;
	memset(ret_types, 0, (gsize)n * sizeof *ret_types);
	memset(ret_errors, 0, (gsize)n * sizeof *ret_errors);
	bool sent = PQenterPipelineMode(session->connection) != 0 && send_describe(session, n, statements);
	for (int i = 0; sent && i < n; i++) {
		PGresult *answers[2] = { NULL, NULL }; /* to Parse, to Describe */
		db_session_forget_failure(session);
		if (read_pipeline(session, 2, answers) && answers[1] != NULL && PQnfields(answers[1]) > 0) {
			types[i] = PQftype(answers[1], 0);
			modifiers[i] = PQfmod(answers[1], 0);
		} else {
			const char *message = session->has_diagnostic ? session->diagnostic.message : NULL;
			ret_errors[i] = g_strdup(message != NULL ? message : "the statement has no result");
		}
		PQclear(answers[0]);
		PQclear(answers[1]);
		sent = PQstatus(session->connection) == CONNECTION_OK;
	}
	PQexitPipelineMode(session->connection);
	db_session_forget_failure(session);
	if (sent ? name_types(session, n, types, modifiers, ret_types, error) : set_failure(session, error))
		return true;
	for (int i = 0; i < n; i++) {
		g_clear_pointer(&ret_types[i], g_free);
		g_clear_pointer(&ret_errors[i], g_free);
	}
	return false;
}
