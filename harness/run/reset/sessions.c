/* The other sessions on the database that a reset is about to empty. */
#include "run/reset/reset.h"

#include "base/error.h"
#include "run/reset/sql.h"

#include <string.h>

/* "pgrs" and a number; the queries of run/sql have them, too. Advisory locks belong to one database. One reset at a
 * time has the first lock; waiting resets share the second one, which identifies them as resets. */
#define RESET_LOCK      "1885827699, 1"
#define RESET_SIGN_LOCK "1885827699, 2"

/* How long ended sessions may take to go: they roll back first. */
#define END_TIMEOUT   (30 * G_TIME_SPAN_SECOND)
#define END_INTERVAL  (20 * G_TIME_SPAN_MILLISECOND)

#define LOCK_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

/* --- The lock of resets ---------------------------------------------------- */

static char *
describe_other(DbSession *session)
{
	g_autoptr(DbResult) holder = db_session_query(session, NULL, run_sql_reset_holder, NULL);
	bool known = holder != NULL && db_result_rows(holder) > 0;

	return g_strdup(known ? db_result_value(holder, 0, 0) : "which ends just now");
}

static void
tell_waiting(DbSession *session, const RunResetOptions *options)
{
	g_autofree char *other = describe_other(session);
	g_autofree char *line = g_strdup_printf("waiting for another reset of this database (%s)", other);

	if (options->show != NULL)
		options->show(line, options->data);
}

static bool
refuse_wait(DbSession *session, GError **error)
{
	g_autofree char *other = describe_other(session);

	return base_error_set(error, BASE_ERROR_ENVIRONMENT, "end it, or look what it waits for",
	                      "another reset of this database (%s) did not end within %d s", other,
	                      RUN_RESET_TURN_TIMEOUT);
}

bool
run_reset_lock(DbSession *session, const RunResetOptions *options, GError **error)
{
	if (!db_session_execute(session, "SELECT pg_catalog.pg_advisory_lock_shared(" RESET_SIGN_LOCK ")", error))
		return false;
	gint64 deadline = g_get_monotonic_time() + RUN_RESET_TURN_TIMEOUT * G_TIME_SPAN_SECOND;
	/* A session that waits in pg_advisory_lock has a snapshot, for which the other reset's CREATE INDEX
	 * CONCURRENTLY would wait in turn. */
	for (bool reported = false;; reported = true) {
		g_autofree char *got = db_session_query_value(
		    session, error, "SELECT pg_catalog.pg_try_advisory_lock(" RESET_LOCK ")", NULL);
		if (got == NULL || *got == 't')
			return got != NULL;
		if (!reported)
			tell_waiting(session, options);
		if (g_get_monotonic_time() > deadline)
			return refuse_wait(session, error);
		g_usleep(LOCK_INTERVAL);
	}
}

/* --- Other sessions -------------------------------------------------------- */

GPtrArray *
run_reset_others(DbSession *session, GError **error)
{
	g_autoptr(DbResult) others = db_session_query(session, error, run_sql_others, NULL);

	if (others == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	for (int row = 0; row < db_result_rows(others); row++)
		g_ptr_array_add(list, g_strdup(db_result_value(others, row, 1)));
	return list;
}

static bool
refuse_end(const DbResult *others, int row, const char *why, GError **error)
{
	return base_error_set(
	    error, BASE_ERROR_ENVIRONMENT,
	    "end it by hand, or connect as its user, as a member of pg_signal_backend or as a superuser",
	    "could not end the session %s: %s", db_result_value(others, row, 1), why);
}

bool
run_reset_end_others(DbSession *session, GError **error)
{
	for (gint64 deadline = g_get_monotonic_time() + END_TIMEOUT;;) {
		g_autoptr(DbResult) others = db_session_query(session, error, run_sql_others, NULL);
		g_autoptr(GError) cause = NULL;
		if (others == NULL || db_result_rows(others) == 0)
			return others != NULL;
		if (g_get_monotonic_time() > deadline)
			return refuse_end(others, 0, "it has been asked to, and does not go, or comes again", error);
		for (int row = 0; row < db_result_rows(others); row++) {
			g_autofree char *ended = db_session_query_value(
			    session, &cause, "SELECT pg_catalog.pg_terminate_backend($1::pg_catalog.int4)",
			    db_result_value(others, row, 0), NULL);
			if (ended == NULL)
				return refuse_end(others, row, cause->message, error);
		}
		g_usleep(END_INTERVAL);
	}
}

/* --- Locks of others ------------------------------------------------------- */

static char *
describe_holders(DbSession *session)
{
	g_autoptr(DbResult) holders = db_session_query(session, NULL, run_sql_lock_holders, NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	for (int row = 0; holders != NULL && row < db_result_rows(holders); row++) {
		const char *relations = db_result_value(holders, row, 1);
		g_string_append_printf(text, "\nheld by %s%s%s", db_result_value(holders, row, 0),
		                       relations != NULL ? ": " : "", relations != NULL ? relations : "");
	}
	if (text->len == 0)
		g_string_append(text, holders != NULL ? "\nnobody holds it any more: try again"
		                                      : "\nwho holds it cannot be asked: the catalogs are locked, too");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

void
run_reset_explain(DbSession *session, const RunResetOptions *options, GError **error)
{
	guint timeout = options->lock_timeout > 0 ? options->lock_timeout : RUN_RESET_LOCK_TIMEOUT;
	bool locked = g_error_matches(*error, BASE_ERROR, BASE_ERROR_DATABASE) &&
	              strstr((*error)->message, "(SQLSTATE 55P03)") != NULL;

	if (db_session_transaction_state(session) != DB_TRANSACTION_IDLE)
		db_session_execute(session, "ROLLBACK", NULL);
	if (!locked)
		return;
	g_autofree char *holders = describe_holders(session);
	g_clear_error(error);
	base_error_set(
	    error, BASE_ERROR_ENVIRONMENT,
	    "nothing was dropped; end that work, or let --end-sessions end all other sessions on the database",
	    "the objects to be dropped are locked, and were for %u ms%s", timeout, holders);
}
