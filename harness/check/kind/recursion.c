#include "check/kind/recursion.h"

#include "check/kind/sql.h"
#include "check/kind/statement.h"

#include <string.h>

enum { RECURSION_TABLE, RECURSION_SCHEMA, RECURSION_COLUMN, RECURSION_ROLE };

static void
recursion_free(gpointer data)
{
	CheckRecursion *found = data;

	g_free(found->table);
	g_free(found->who);
	g_free(found->message);
	g_free(found);
}

/* The statements to try: a policy may be for one of them only. Rows are read by the first one, so that also a function
 * that a policy calls can ask the table again, where there are rows. Ends with NULL. */
static char **
recursion_statements(const DbResult *tables, int row)
{
	const char *table = db_result_value(tables, row, RECURSION_TABLE);
	const char *column = db_result_value(tables, row, RECURSION_COLUMN);
	GPtrArray *statements = g_ptr_array_new();

	g_ptr_array_add(statements, g_strdup_printf("SELECT FROM %s LIMIT 1", table));
	g_ptr_array_add(statements, g_strdup_printf("EXPLAIN INSERT INTO %s DEFAULT VALUES", table));
	if (column != NULL)
		g_ptr_array_add(statements, g_strdup_printf("EXPLAIN UPDATE %s SET %s = %s", table, column, column));
	g_ptr_array_add(statements, g_strdup_printf("EXPLAIN DELETE FROM %s", table));
	g_ptr_array_add(statements, NULL);
	return (char **)g_ptr_array_free(statements, FALSE);
}

/* The statements that make the session the role's. A policy for PUBLIC also applies to roles that are not known, so
 * a role is created for it. */
static char *
recursion_become(const CheckContext *context, const DbResult *tables, int row)
{
	const char *role = db_result_value(tables, row, RECURSION_ROLE);

	if (role != NULL) {
		g_autofree char *quoted = db_session_quote_identifier(context->session, role);
		return g_strdup_printf("SET LOCAL ROLE %s;", quoted);
	}
	g_autofree char *made = g_strdup_printf("pgassay_everybody_%d", db_session_backend_pid(context->session));
	return g_strdup_printf(
	    "CREATE ROLE %s; GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s; SET LOCAL ROLE %s;", made,
	    db_result_value(tables, row, RECURSION_SCHEMA), made, db_result_value(tables, row, RECURSION_TABLE), made,
	    made);
}

/* *ret_said is NULL when the statement does not go round in circles. *ret_done is false when it was refused, for
 * whatever reason. */
static bool
recursion_try(const CheckContext *context, const char *sql, bool *ret_done, char **ret_said, GError **error)
{
	static const char *const circles[] = { "invalid_object_definition", "statement_too_complex" };
	CheckStatementOutcome outcome = CHECK_STATEMENT_DONE;

	*ret_said = NULL;
	if (!check_statement_try(context, sql, &outcome, NULL, error))
		return false;
	*ret_done = outcome == CHECK_STATEMENT_DONE;
	const DbDiagnostic *refusal = outcome == CHECK_STATEMENT_REFUSED ? db_session_diagnostic(context->session)
	                                                                 : NULL;
	for (gsize i = 0; refusal != NULL && i < G_N_ELEMENTS(circles); i++)
		if (strcmp(refusal->sqlstate, db_sqlstate_of(circles[i])) == 0)
			*ret_said = g_strdup(refusal->message);
	return check_statement_undo(context, error);
}

static bool
recursion_try_table(const CheckContext *context, const DbResult *tables, int row, GPtrArray *found, GError **error)
{
	g_auto(GStrv) statements = recursion_statements(tables, row);
	g_autofree char *become = recursion_become(context, tables, row);
	const char *role = db_result_value(tables, row, RECURSION_ROLE);
	g_autofree char *joined = g_strjoinv(";\n", statements);
	g_autofree char *all = g_strconcat(become, "\n", joined, NULL);
	char *message = NULL;
	bool done = false;

	/* All at once is four times as quick; where one of them is refused, the others are still to be tried. */
	if (!recursion_try(context, all, &done, &message, error))
		return false;
	for (char **statement = statements; !done && *statement != NULL && message == NULL; statement++) {
		g_autofree char *sql = g_strconcat(become, "\n", *statement, NULL);
		bool ignored;
		if (!recursion_try(context, sql, &ignored, &message, error))
			return false;
	}
	if (message == NULL)
		return true;
	CheckRecursion *recursion = g_new0(CheckRecursion, 1);
	recursion->table = g_strdup(db_result_value(tables, row, RECURSION_TABLE));
	recursion->who = role != NULL ? g_strdup_printf("role \"%s\"", role) : g_strdup("everybody");
	recursion->message = message;
	g_ptr_array_add(found, recursion);
	return true;
}

bool
check_recursion_find(const CheckContext *context, const char *roles, GPtrArray **ret_found, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(recursion_free);
	g_autoptr(DbResult) tables = db_session_query(context->session, error, check_sql_policies, roles, NULL);
	const char *last = NULL;

	if (tables == NULL)
		return false;
	for (int row = 0; row < db_result_rows(tables); row++) {
		const char *table = db_result_value(tables, row, RECURSION_TABLE);
		if (g_strcmp0(table, last) == 0)
			continue;
		if (!recursion_try_table(context, tables, row, found, error))
			return false;
		if (found->len > 0)
			last = ((const CheckRecursion *)g_ptr_array_index(found, found->len - 1))->table;
	}
	*ret_found = g_steal_pointer(&found);
	return true;
}
