/* A step of a script: done, or refused by the server. run.c and messages.c both stand on this. */
#include "migration/runner/run_private.h"

#include "base/error.h"
#include "db/sqlstate.h"
#include "migration/format.h"
#include "migration/runner/hint.h"
#include "migration/runner/outcome.h"
#include "migration/text/script.h"

#include <string.h>

/* --- Errors of the server ---------------------------------------------------- */

static void
step_add_hint(MigrationOutcome *outcome, const char *hint)
{
	char *details = g_strdup_printf("%s\nhint: %s", outcome->details, hint);

	g_free(outcome->details);
	outcome->details = details;
}

/* The tool has sent the beginning of a statement for all of it. */
static void
explain_cut(const MigrationRunner *runner, MigrationOutcome *outcome)
{
	const char *hint = runner->set->format->cut_hint;

	if (hint != NULL && g_strcmp0(outcome->sqlstate, DB_SQLSTATE_SYNTAX_ERROR) == 0 &&
	    g_str_has_prefix(outcome->message, "unterminated "))
		step_add_hint(outcome, hint);
}

/* Each tool has its own way to leave the transaction out. */
static void
explain_transaction(const MigrationRunner *runner, MigrationOutcome *outcome)
{
	const MigrationFormat *format = runner->set->format;

	if (g_strcmp0(outcome->sqlstate, DB_SQLSTATE_ACTIVE_SQL_TRANSACTION) != 0 || format->no_transaction == NULL ||
	    (strstr(outcome->message, "transaction block") == NULL && strstr(outcome->message, "a pipeline") == NULL))
		return;
	g_autofree char *hint = g_strdup_printf("it must run outside of a transaction; with %s, %s", format->title,
	                                        format->no_transaction);
	step_add_hint(outcome, hint);
}

/* The server's own hint names no way out. */
static void
explain_new_label(const MigrationScript *script, MigrationOutcome *outcome)
{
	if (g_strcmp0(outcome->sqlstate, DB_SQLSTATE_UNSAFE_NEW_ENUM_VALUE_USAGE) != 0)
		return;
	step_add_hint(
	    outcome, migration_hint_adds_label(base_source_text(migration_script_source(script)))
			 ? "put the ALTER TYPE ... ADD VALUE into a migration of its own, before this one"
			 : "an earlier file adds the value in the same transaction: deploy that one first, or let each "
			   "file have a transaction of its own");
}

/* What is enabled by a click on a platform is in no migration. */
static void
explain_extension(const MigrationRunner *runner, MigrationOutcome *outcome)
{
	const MigrationFormat *format = runner->set->format;
	const DbDiagnostic *diagnostic = db_session_diagnostic(runner->session);
	g_autofree char *name = NULL;
	const char *extension = diagnostic != NULL ? migration_hint_extension(diagnostic, &name) : NULL;

	if (extension == NULL || format->extension_schema == NULL)
		return;
	g_autofree char *hint = g_strdup_printf(
	    "%s does not write an extension into a migration when you enable it in the dashboard; "
	    "write it yourself: CREATE EXTENSION IF NOT EXISTS \"%s\" WITH SCHEMA %s",
	    format->title, extension, format->extension_schema);
	step_add_hint(outcome, hint);
}

static bool
step_is_about_a_name(const char *sqlstate)
{
	static const char *const codes[] = { DB_SQLSTATE_UNDEFINED_TABLE, DB_SQLSTATE_UNDEFINED_FUNCTION,
		                             DB_SQLSTATE_UNDEFINED_OBJECT, DB_SQLSTATE_INVALID_SCHEMA_NAME, NULL };

	return sqlstate != NULL && g_strv_contains(codes, sqlstate);
}

/* A dump empties the search_path at its head, and all files that are run in the same session after it suffer. */
static void
explain_path(const MigrationRunner *runner, const MigrationScript *script, MigrationOutcome *outcome)
{
	const GPtrArray *migrations = runner->set->migrations;

	if (!step_is_about_a_name(outcome->sqlstate))
		return;
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		bool same = migration->up == script || migration->down == script;
		/* A format that prepares the session for each file has set the search_path again. */
		if ((same || runner->set->format->prepare == NULL) && migration->up != NULL &&
		    migration_hint_empties_path(base_source_text(migration_script_source(migration->up)))) {
			g_autofree char *hint = g_strdup_printf(
			    "\"%s\" empties the search_path for the rest of the session: write the schema before each "
			    "name, or end that file with RESET search_path",
			    migration->name);
			step_add_hint(outcome, hint);
			return;
		}
		if (same)
			return;
	}
}

bool
migration_run_fail(MigrationRunner *runner, MigrationOutcome *outcome, const MigrationScript *script,
                   const MigrationStatement *statement, const char *step, GError *cause, GError **error)
{
	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) &&
	    db_session_transaction_state(runner->session) != DB_TRANSACTION_LOST) {
		migration_outcome_fail(outcome, runner->session, script, statement, step, cause->message);
		explain_cut(runner, outcome);
		explain_transaction(runner, outcome);
		explain_new_label(script, outcome);
		explain_extension(runner, outcome);
		explain_path(runner, script, outcome);
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
