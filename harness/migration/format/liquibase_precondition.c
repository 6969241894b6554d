/* Preconditions: how they are written, and what comes of them. */
#include "migration/format/liquibase.h"

#include "base/error.h"
#include "migration/format.h"

#include <string.h>

void
liquibase_precondition_free(gpointer data)
{
	LiquibasePrecondition *precondition = data;

	g_free(precondition->sql);
	g_free(precondition->expected);
	g_free(precondition->text);
	g_free(precondition);
}

static char *
relation_query(const char *body, const char *kind, const char *kinds)
{
	g_autofree char *pattern = g_strdup_printf(".*%s:(\\w+).*", kind);
	g_auto(GStrv) name = liquibase_match(pattern, body);
	g_auto(GStrv) schema = liquibase_match(".*schema:(\\w+).*", body);

	if (name == NULL)
		return NULL;
	g_autofree char *lower = g_ascii_strdown(name[1], -1);
	g_autofree char *in = schema != NULL ? g_strdup_printf("lower('%s')", schema[1])
	                                     : g_strdup("pg_catalog.current_schema()");
	return g_strdup_printf("SELECT count(*) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON "
	                       "n.oid = c.relnamespace WHERE c.relname = '%s' AND n.nspname = %s AND c.relkind IN (%s)",
	                       lower, in, kinds);
}

LiquibasePrecondition *
liquibase_precondition_new(const char *kind, const char *body)
{
	static const char sql_check[] = "(?:expectedResult:)?(?:(\\w+)|'([^']+)'|\"([^\"]+)\") (.*)";
	LiquibasePrecondition *precondition = g_new0(LiquibasePrecondition, 1);

	if (strcmp(kind, "sql-check") == 0) {
		g_auto(GStrv) parts = liquibase_match(sql_check, body);
		if (parts != NULL) {
			precondition->expected = g_strconcat(parts[1], parts[2], parts[3], NULL);
			precondition->sql = g_strdup(parts[4]);
		}
	} else {
		bool table = strcmp(kind, "table-exists") == 0;
		precondition->sql = relation_query(body, table ? "table" : "view", table ? "'r', 'p'" : "'v'");
		precondition->expected = g_strdup("1");
	}
	precondition->text = g_strdup_printf("%s %s", kind, body);
	return precondition;
}

/* --- Running ------------------------------------------------------------------------ */

typedef enum {
	HOLDS,
	FAILS,
	REFUSED, /* the server does not run the query */
} Answer;

/* Asks within the open transaction without breaking it. False with *error when the connection is lost. */
static bool
ask(DbSession *session, const LiquibasePrecondition *precondition, Answer *ret_answer, char **ret_why, GError **error)
{
	bool open = db_session_transaction_state(session) == DB_TRANSACTION_OPEN;
	g_autoptr(DbResult) rows = NULL;
	GError *cause = NULL;

	if (open && !db_session_execute(session, "SAVEPOINT precondition", error))
		return false;
	if (db_session_execute_rows(session, precondition->sql, &rows, &cause)) {
		const char *value = rows != NULL && db_result_rows(rows) > 0 ? db_result_value(rows, 0, 0) : NULL;
		*ret_answer = g_strcmp0(value, precondition->expected) == 0 ? HOLDS : FAILS;
		*ret_why = g_strdup_printf("it gives \"%s\", not \"%s\"", value != NULL ? value : "",
		                           precondition->expected);
		return !open || db_session_execute(session, "RELEASE SAVEPOINT precondition", error);
	}
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) ||
	    db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, cause);
		return false;
	}
	*ret_answer = REFUSED;
	*ret_why = g_strdup(cause->message);
	g_error_free(cause);
	return !open || db_session_execute(session, "ROLLBACK TO SAVEPOINT precondition", error);
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

bool
liquibase_skip(MigrationRunner *runner, const Migration *migration, char **ret_reason, GError **error)
{
	const LiquibaseChangeset *changeset = liquibase_changeset_of(migration_runner_set(runner), migration);
	LiquibaseRun *run = migration_runner_state(runner);

	run->mark_ran = run->left_out = false;
	for (guint i = 0; i < changeset->preconditions->len; i++) {
		const LiquibasePrecondition *precondition = g_ptr_array_index(changeset->preconditions, i);
		g_autofree char *why = NULL;
		Answer answer = HOLDS;
		if (!ask(migration_runner_session(runner), precondition, &answer, &why, error))
			return false;
		if (answer == HOLDS)
			continue;
		g_autofree char *what = g_strdup_printf("the precondition \"%s\" %s: %s", precondition->text,
		                                        answer == FAILS ? "is not met" : "cannot be asked for", why);
		return fall_back(runner, answer == FAILS ? changeset->on_fail : changeset->on_error, what, ret_reason,
		                 error);
	}
	return true;
}
