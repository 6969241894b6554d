/* Preconditions: queries to the server, and their consequences. */
#include "migration/format/liquibase/liquibase.h"

#include "base/error.h"
#include "migration/format.h"
#include "migration/runner/access.h"

typedef enum {
	HOLDS,
	FAILS,
	REFUSED, /* the server does not run the query */
} Answer;

/* Asks within the open transaction without breaking it. False with *error when the connection is lost. */
static bool
ask_query(DbSession *session, const LiquibasePrecondition *precondition, Answer *ret_answer, char **ret_why,
          GError **error)
{
	bool open = db_session_transaction_state(session) == DB_TRANSACTION_OPEN;
	g_autoptr(DbResult) rows = NULL;
	GError *cause = NULL;

	if (open && !db_session_execute(session, "SAVEPOINT precondition", error))
		return false;
	if (db_session_execute_rows(session, precondition->sql, &rows, &cause)) {
		const char *value = rows != NULL && db_result_rows(rows) > 0 ? db_result_value(rows, 0, 0) : NULL;
		*ret_answer = g_strcmp0(value, precondition->expected) == 0 ? HOLDS : FAILS;
		*ret_why = g_strdup_printf("the precondition \"%s\" is not met: it gives \"%s\", not \"%s\"",
		                           precondition->text, value != NULL ? value : "", precondition->expected);
		return !open || db_session_execute(session, "RELEASE SAVEPOINT precondition", error);
	}
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) ||
	    db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, cause);
		return false;
	}
	*ret_answer = REFUSED;
	*ret_why = g_strdup_printf("the precondition \"%s\" cannot be asked for: %s", precondition->text,
	                           cause->message);
	g_error_free(cause);
	return !open || db_session_execute(session, "ROLLBACK TO SAVEPOINT precondition", error);
}

static bool liquibase_ask_ask(DbSession *session, const LiquibasePrecondition *precondition, Answer *ret_answer,
                              char **ret_why, GError **error);

/* Evaluates them in order until one decides. */
static bool
liquibase_ask_all(DbSession *session, LiquibaseLogic logic, const GPtrArray *parts, Answer *ret_answer, char **ret_why,
                  GError **error)
{
	*ret_answer = logic == LIQUIBASE_OR ? FAILS : HOLDS;
	for (guint i = 0; i < parts->len; i++) {
		const LiquibasePrecondition *part = g_ptr_array_index(parts, i);
		g_autofree char *why = NULL;
		Answer answer = HOLDS;
		if (!liquibase_ask_ask(session, part, &answer, &why, error))
			return false;
		if (logic == LIQUIBASE_NOT && answer != REFUSED) {
			answer = answer == HOLDS ? FAILS : HOLDS;
			g_free(why);
			why = g_strdup_printf("the precondition \"not %s\" is not met", part->text);
		}
		g_free(*ret_why);
		*ret_why = g_steal_pointer(&why);
		*ret_answer = answer;
		if (answer == REFUSED || (answer == HOLDS) == (logic == LIQUIBASE_OR))
			return true;
	}
	return true;
}

static bool
liquibase_ask_ask(DbSession *session, const LiquibasePrecondition *precondition, Answer *ret_answer, char **ret_why,
                  GError **error)
{
	if (precondition->logic == LIQUIBASE_QUERY)
		return ask_query(session, precondition, ret_answer, ret_why, error);
	return liquibase_ask_all(session, precondition->logic, precondition->parts, ret_answer, ret_why, error);
}

static bool
fall_back(MigrationRunner *runner, LiquibaseFallback fallback, const char *what, char **ret_reason, GError **error)
{
	LiquibaseRun *run = migration_runner_state(runner);

	if (fallback == LIQUIBASE_HALT)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "%s", what);
	if (fallback == LIQUIBASE_WARN)
		return true;
	run->mark_ran = fallback == LIQUIBASE_MARK_RAN;
	run->left_out = !run->mark_ran;
	*ret_reason = g_strdup_printf("%s: it is left out%s", what,
	                              run->mark_ran ? ", and the history says MARK_RAN" : " this time");
	return true;
}

/* *ret_why names the precondition that is not met; it stays NULL if all are. */
static bool
ask_preconditions(MigrationRunner *runner, const LiquibasePreconditions *preconditions, LiquibaseFallback *ret_fallback,
                  char **ret_why, GError **error)
{
	g_autofree char *why = NULL;
	Answer answer = HOLDS;

	if (!liquibase_ask_all(migration_runner_session(runner), LIQUIBASE_AND, preconditions->all, &answer, &why,
	                       error))
		return false;
	if (answer == HOLDS)
		return true;
	*ret_fallback = answer == FAILS ? preconditions->on_fail : preconditions->on_error;
	*ret_why = answer == FAILS && preconditions->message != NULL
	               ? g_strdup_printf("%s (%s)", preconditions->message, why)
	               : g_steal_pointer(&why);
	return true;
}

bool
liquibase_skip(MigrationRunner *runner, const Migration *migration, char **ret_reason, GError **error)
{
	const LiquibaseChangeset *changeset = liquibase_changeset_of(migration_runner_set(runner), migration);
	LiquibaseRun *run = migration_runner_state(runner);
	LiquibaseFallback fallback = LIQUIBASE_HALT;
	g_autofree char *why = NULL;

	run->mark_ran = run->left_out = false;
	if (!ask_preconditions(runner, changeset->preconditions, &fallback, &why, error))
		return false;
	return why == NULL || fall_back(runner, fallback, why, ret_reason, error);
}

bool
liquibase_check_preconditions(MigrationRunner *runner, GError **error)
{
	const GPtrArray *all = liquibase_preconditions_of(migration_runner_set(runner));

	for (guint i = 0; i < all->len; i++) {
		LiquibaseFallback fallback = LIQUIBASE_HALT;
		g_autofree char *why = NULL;
		if (!ask_preconditions(runner, g_ptr_array_index(all, i), &fallback, &why, error))
			return false;
		if (why != NULL && fallback != LIQUIBASE_WARN)
			return base_error_set(error, BASE_ERROR_INPUT,
			                      "Liquibase runs nothing then; see the preConditions of the changelog",
			                      "%s", why);
	}
	return true;
}
