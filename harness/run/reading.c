#include "run/reading.h"

#include "base/error.h"
#include "db/sqlstate.h"

#include <string.h>

DbSession *
run_reading_open(const DbEndpoint *endpoint, const RunReadingOptions *options, GError **error)
{
	g_autoptr(DbSession) session = db_session_open(endpoint, NULL, DB_SESSION_READ_ONLY, error);
	guint statement_timeout = options != NULL ? options->statement_timeout : RUN_READING_STATEMENT_TIMEOUT;
	guint lock_timeout = options != NULL ? options->lock_timeout : RUN_READING_LOCK_TIMEOUT;
	/* For this transaction alone: a pooler may give the session to somebody else afterwards. */
	g_autofree char *sql = g_strdup_printf("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
	                                       "SET LOCAL statement_timeout = '%us'; SET LOCAL lock_timeout = '%us'",
	                                       statement_timeout, lock_timeout);

	return session != NULL && db_session_execute(session, sql, error) ? g_steal_pointer(&session) : NULL;
}

void
run_reading_explain(DbSession *session, GError **error)
{
	const DbDiagnostic *said = db_session_diagnostic(session);

	if (said == NULL || said->sqlstate == NULL)
		return;
	if (strcmp(said->sqlstate, DB_SQLSTATE_LOCK_NOT_AVAILABLE) == 0)
		base_error_hint(error,
		                "another session holds a lock on a table, perhaps a migration that runs just now: "
		                "try again later, or give --lock-timeout more seconds");
	else if (strcmp(said->sqlstate, DB_SQLSTATE_QUERY_CANCELED) == 0)
		base_error_hint(error, "give --statement-timeout more seconds");
}
