#include "target/reading.h"

#include "base/error.h"
#include "db/sqlstate.h"

DbSession *
target_session_open(const DbEndpoint *endpoint, DbSessionPurpose purpose, const TargetReadingOptions *options,
                    GError **error)
{
	const DbLimits limits = { .statement_timeout = options->statement_timeout * 1000,
		                  .lock_timeout = options->lock_timeout * 1000 };

	return db_session_open_limited(endpoint, NULL, purpose, &limits, error);
}

/* Prevents the server from reading a view or a foreign table instead of a table; available since the minor versions
 * of 2024. */
static bool
reading_can_restrict(DbSession *session, bool *ret_can, GError **error)
{
	g_autofree char *can = db_session_query_value(
	    session, error, "SELECT pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL",
	    NULL);

	*ret_can = g_strcmp0(can, "t") == 0;
	return can != NULL;
}

static bool
reading_begin(DbSession *session, const TargetReadingOptions *options, GError **error)
{
	bool restrict_kinds = false;

	if (!reading_can_restrict(session, &restrict_kinds, error))
		return false;
	/* For this transaction alone, because a pooler may give the session to another client afterwards. None of
	 * these takes a snapshot, so that the first lock comes before it (ordinary.c). */
	g_autofree char *sql = g_strdup_printf(
	    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '%us'; "
	    "SET LOCAL lock_timeout = '%us'; SET LOCAL row_security = off; SET LOCAL constraint_exclusion = off%s",
	    options->statement_timeout, options->lock_timeout,
	    restrict_kinds ? "; SET LOCAL restrict_nonsystem_relation_kind = 'view, foreign-table'" : "");
	return db_session_execute(session, sql, error);
}

DbSession *
target_reading_open(const DbEndpoint *endpoint, const TargetReadingOptions *options, GError **error)
{
	const TargetReadingOptions usual = { .statement_timeout = TARGET_READING_STATEMENT_TIMEOUT,
		                             .lock_timeout = TARGET_READING_LOCK_TIMEOUT };
	g_autoptr(DbSession)
	    session = target_session_open(endpoint, DB_SESSION_READ_ONLY, options != NULL ? options : &usual, error);

	return session != NULL && reading_begin(session, options != NULL ? options : &usual, error)
	           ? g_steal_pointer(&session)
	           : NULL;
}

void
target_reading_explain(DbSession *session, GError **error)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);

	if (diagnostic == NULL || diagnostic->sqlstate == NULL)
		return;
	if (g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_LOCK_NOT_AVAILABLE) == 0)
		base_error_hint(error,
		                "another session holds a lock on a table, perhaps a migration that runs just now: "
		                "try again later, or give --lock-timeout more seconds");
	else if (g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_QUERY_CANCELED) == 0)
		base_error_hint(error, "give --statement-timeout more seconds");
}
