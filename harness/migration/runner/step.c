/* A step of a script: done, or refused by the server. run.c and messages.c both stand on this. */
#include "migration/runner/run_private.h"

#include "base/error.h"
#include "db/sqlstate.h"
#include "migration/format.h"
#include "migration/runner/outcome.h"

/* --- What the server refuses ------------------------------------------------- */

/* The tool has sent the beginning of a statement for all of it. */
static void
explain_cut(const MigrationRunner *runner, MigrationOutcome *outcome)
{
	const char *hint = runner->set->format->cut_hint;

	if (hint == NULL || g_strcmp0(outcome->sqlstate, DB_SQLSTATE_SYNTAX_ERROR) != 0 ||
	    !g_str_has_prefix(outcome->message, "unterminated "))
		return;
	char *details = g_strdup_printf("%s\nhint: %s", outcome->details, hint);
	g_free(outcome->details);
	outcome->details = details;
}

bool
migration_run_fail(MigrationRunner *runner, MigrationOutcome *outcome, const MigrationScript *script,
                   const MigrationStatement *statement, const char *step, GError *cause, GError **error)
{
	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) &&
	    db_session_transaction_state(runner->session) != DB_TRANSACTION_LOST) {
		migration_outcome_fail(outcome, runner->session, script, statement, step, cause->message);
		explain_cut(runner, outcome);
		g_error_free(cause);
	} else {
		g_propagate_error(error, cause);
	}
	return false;
}

bool
migration_run_refused(MigrationRun *run, const MigrationScript *script, const MigrationStatement *statement,
                      const char *step, GError *cause)
{
	return migration_run_fail(run->runner, run->outcome, script, statement, step, cause, run->error);
}

bool
migration_run_execute(MigrationRun *run, const char *sql, const char *step)
{
	GError *cause = NULL;

	return db_session_execute(run->runner->session, sql, &cause) ||
	       migration_run_refused(run, run->script, NULL, step, cause);
}

bool
migration_run_reach(MigrationRun *run, MigrationPoint point)
{
	MigrationRunner *runner = run->runner;

	return runner->hook == NULL || runner->hook(runner, point, run->n_executed, runner->hook_data, run->error);
}
