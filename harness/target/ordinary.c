#include "target/ordinary.h"

#include "base/error.h"
#include "db/sqlstate.h"
#include "target/sql.h"

static bool
ordinary_failed_with(DbSession *session, const char *sqlstate)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);

	return diagnostic != NULL && g_strcmp0(diagnostic->sqlstate, sqlstate) == 0;
}

/* Takes the lock before the transaction has a snapshot, so that later queries see the state of the locked table. */
static bool
ordinary_lock(DbSession *session, const char *schema, const char *table, bool *ret_exists, bool *ret_locked,
              GError **error)
{
	g_autofree char *quoted_schema = db_session_quote_identifier(session, schema);
	g_autofree char *quoted_table = db_session_quote_identifier(session, table);
	g_autofree char *sql = g_strdup_printf("LOCK TABLE %s.%s IN ACCESS SHARE MODE", quoted_schema, quoted_table);
	GError *cause = NULL;

	*ret_locked = db_session_execute(session, sql, &cause);
	*ret_exists = *ret_locked || ordinary_failed_with(session, DB_SQLSTATE_WRONG_OBJECT_TYPE);
	if (*ret_exists || ordinary_failed_with(session, DB_SQLSTATE_UNDEFINED_TABLE) ||
	    ordinary_failed_with(session, DB_SQLSTATE_INVALID_SCHEMA_NAME)) {
		g_clear_error(&cause);
		return true;
	}
	g_propagate_error(error, cause);
	return false;
}

bool
target_ordinary_lock(DbSession *session, const char *schema, const char *table, bool *ret_exists, char **ret_problem,
                     GError **error)
{
	bool locked = false;

	*ret_problem = NULL;
	if (!ordinary_lock(session, schema, table, ret_exists, &locked, error))
		return false;
	if (!locked) {
		*ret_problem = *ret_exists ? g_strdup("it is no table") : NULL;
		return true;
	}
	g_autoptr(DbResult) row = db_session_query(session, error, target_sql_ordinary, schema, table, NULL);
	if (row == NULL)
		return false;
	if (db_result_rows(row) == 1)
		*ret_problem = g_strdup(db_result_value(row, 0, 0));
	return true;
}
