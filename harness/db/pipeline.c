/* Several statements in one round trip. */
#include "db/session_private.h"

#include <string.h>
#include <sys/socket.h>

/* The messages for one request: the request itself, and before it the preparation of its statement. */
typedef struct {
	const DbRequest *request; /* NULL: it is prepared */
	const DbPrepared *prepared;
} Message;

/* The messages for the requests; a statement is prepared once. */
static GArray *
make_messages(const DbSession *session, int n, const DbRequest *requests)
{
	GArray *messages = g_array_sized_new(FALSE, FALSE, sizeof(Message), (guint)n);
	g_autoptr(GHashTable) preparing = g_hash_table_new(NULL, NULL);

	for (int i = 0; i < n; i++) {
		Message prepare = { NULL, requests[i].prepared };
		Message run = { &requests[i], requests[i].prepared };
		if (prepare.prepared != NULL && !g_hash_table_contains(session->prepared, prepare.prepared) &&
		    g_hash_table_add(preparing, (gpointer)prepare.prepared))
			g_array_append_val(messages, prepare);
		g_array_append_val(messages, run);
	}
	return messages;
}

static bool
pipeline_send_message(DbSession *session, const Message *message)
{
	const DbRequest *request = message->request;

	if (request == NULL)
		return PQsendPrepare(session->connection, message->prepared->name, message->prepared->sql, 0, NULL) !=
		       0;
	if (message->prepared == NULL)
		return PQsendQueryParams(session->connection, request->sql, 0, NULL, NULL, NULL, NULL, 0) != 0;
	return PQsendQueryPrepared(session->connection, message->prepared->name, request->parameter != NULL,
	                           &request->parameter, NULL, NULL, 0) != 0;
}

/* Sends them and one Sync, in pipeline mode. */
static bool
pipeline_send_messages(DbSession *session, const GArray *messages)
{
	for (guint i = 0; i < messages->len; i++)
		if (!pipeline_send_message(session, &g_array_index(messages, Message, i)))
			return false;
	return PQpipelineSync(session->connection) != 0 && db_session_flush(session);
}

/* The first statement of a pipeline would still be read row by row when the one before the pipeline was: libpq forgets
 * that when it begins to send something by itself, which it does before it refuses NULL. */
static bool
enter_pipeline(DbSession *session)
{
	PQsendQuery(session->connection, NULL);
	return PQenterPipelineMode(session->connection) != 0;
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
	db_session_end_copy(session, result);
}

/* Reads up to and including the next Sync; results[i] is the result of statement i, without its rows when they are not
 * wanted. A failure is kept; the statements after it are answered with "aborted". */
static bool
read_pipeline(DbSession *session, int n, PGresult **results, bool want_rows)
{
	bool failed = false;
	bool first = true; /* result of a statement */
	int i = 0;

	for (;;) {
		if (first && !want_rows)
			PQsetSingleRowMode(session->connection);
		first = false;
		PGresult *result = db_session_next_result(session);
		if (PQstatus(session->connection) == CONNECTION_BAD) {
			PQclear(result);
			return false;
		}
		if (result == NULL) {
			first = true;
			i++;
			continue;
		}
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			return !failed;
		}
		leave_unexpected_copy(session, result);
		if (db_session_is_failure(result)) {
			failed = true;
			db_session_keep_failure(session, result);
		} else if (i < n && PQresultStatus(result) != PGRES_SINGLE_TUPLE) {
			PQclear(results[i]);
			results[i] = result;
		} else {
			PQclear(result);
		}
	}
}

/* Runs the requests; results[i] is that of request i, NULL when it did not come to that. */
static bool
pipeline_run_pipeline(DbSession *session, int n, const DbRequest *requests, PGresult **results, bool want_rows)
{
	g_autoptr(GArray) messages = make_messages(session, n, requests);
	g_autofree PGresult **answers = g_new0(PGresult *, messages->len + 1);
	bool done = enter_pipeline(session) && pipeline_send_messages(session, messages) &&
	            read_pipeline(session, (int)messages->len, answers, want_rows);

	PQexitPipelineMode(session->connection);
	for (guint i = 0; i < messages->len; i++) {
		const Message *message = &g_array_index(messages, Message, i);
		if (message->request != NULL) {
			*results++ = answers[i];
		} else if (answers[i] != NULL) {
			g_hash_table_add(session->prepared, (gpointer)message->prepared);
			PQclear(answers[i]);
		}
	}
	return done;
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
	bool tried = false;

	if (!db_session_begin_call(session, error))
		return false;
	while (!pipeline_run_pipeline(session, n, requests, results, true)) {
		for (int i = 0; i < n; i++)
			g_clear_pointer(&results[i], PQclear);
		if (tried || db_session_transaction_state(session) != DB_TRANSACTION_IDLE ||
		    !db_session_lacks_prepared(session))
			return db_session_fail(session, error);
		/* All of it is undone. */
		if (!db_session_forget_prepared(session, error))
			return false;
		tried = true;
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

	if (!db_session_begin_call(session, error))
		return false;
	db_session_drop_rows(session, true);
	bool done = pipeline_run_pipeline(session, (int)n, requests, results, false);
	for (guint i = 0; i < n && results[i] != NULL; i++) {
		session->n_done++;
		PQclear(results[i]);
	}
	*ret_failed = session->n_done;
	return done || db_session_fail(session, error);
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

/* Sends Parse and Describe of each statement, with a Sync of its own, so that a refused statement does not affect
 * the others. */
static bool
send_describe(DbSession *session, int n, const char *const *statements)
{
	for (int i = 0; i < n; i++)
		if (PQsendPrepare(session->connection, "", statements[i], 0, NULL) == 0 ||
		    PQsendDescribePrepared(session->connection, "") == 0 || PQpipelineSync(session->connection) == 0)
			return false;
	return db_session_flush(session);
}

bool
db_session_describe(DbSession *session, int n, const char *const *statements, char **ret_types, char **ret_errors,
                    GError **error)
{
	g_autofree Oid *types = g_new0(Oid, (gsize)n);
	g_autofree int *modifiers = g_new0(int, (gsize)n);

	if (!db_session_begin_call(session, error))
		return false;
	memset(ret_types, 0, (gsize)n * sizeof *ret_types);
	memset(ret_errors, 0, (gsize)n * sizeof *ret_errors);
	bool sent = enter_pipeline(session) && send_describe(session, n, statements);
	for (int i = 0; sent && i < n; i++) {
		PGresult *answers[2] = { NULL, NULL }; /* to Parse, to Describe */
		db_session_forget_failure(session);
		if (read_pipeline(session, 2, answers, true) && answers[1] != NULL && PQnfields(answers[1]) > 0) {
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
	if (sent ? name_types(session, n, types, modifiers, ret_types, error) : db_session_fail(session, error))
		return true;
	for (int i = 0; i < n; i++) {
		g_clear_pointer(&ret_types[i], g_free);
		g_clear_pointer(&ret_errors[i], g_free);
	}
	return false;
}

DbResult *
db_session_describe_prepared(DbSession *session, const char *name, GError **error)
{
	PGresult *columns = NULL;
	PGresult *result;

	if (!db_session_begin_call(session, error))
		return NULL;
	bool sent = PQsendDescribePrepared(session->connection, name) != 0 && db_session_flush(session);
	while (sent && (result = db_session_next_result(session)) != NULL) {
		if (db_session_is_failure(result)) {
			db_session_keep_failure(session, result);
		} else {
			PQclear(columns);
			columns = result;
		}
		if (PQstatus(session->connection) == CONNECTION_BAD)
			break;
	}
	if (columns != NULL && !session->has_diagnostic && PQstatus(session->connection) == CONNECTION_OK)
		return db_result_take(columns);
	PQclear(columns);
	db_session_fail(session, error);
	return NULL;
}
