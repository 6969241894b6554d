#include "check/proof/script.h"

#include "base/error.h"
#include "migration/runner/outcome.h"

bool
check_script_run(DbSession *session, const MigrationScript *script, MigrationOutcome *ret_outcome, GError **error)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		g_autoptr(GError) cause = NULL;
		bool done = statement->data != NULL ? db_session_copy_in(session, statement->sql, statement->data,
		                                                         statement->data_length, &cause)
		                                    : db_session_execute(session, statement->sql, &cause);
		if (done)
			continue;
		if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) ||
		    db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
		migration_outcome_fail(ret_outcome, session, script, statement, NULL, cause->message);
		return true;
	}
	return true;
}
