#include "check/kind/statement.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <string.h>

char *
check_statement_describe(const DbDiagnostic *diagnostic)
{
	g_autofree char *rest = check_statement_describe_rest(diagnostic);

	return g_strdup_printf("%s: %s\n%s", diagnostic->severity, diagnostic->message, rest);
}

char *
check_statement_describe_rest(const DbDiagnostic *diagnostic)
{
	const char *condition = db_sqlstate_name(diagnostic->sqlstate);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "SQLSTATE: %s", diagnostic->sqlstate);
	if (condition != NULL)
		g_string_append_printf(text, " (%s)", condition);
	if (diagnostic->constraint != NULL)
		g_string_append_printf(text, "\nconstraint: %s", diagnostic->constraint);
	if (diagnostic->detail != NULL)
		g_string_append_printf(text, "\ndetail: %s", diagnostic->detail);
	if (diagnostic->hint != NULL)
		g_string_append_printf(text, "\nhint: %s", diagnostic->hint);
	if (diagnostic->context != NULL)
		g_string_append_printf(text, "\ncontext: %s", diagnostic->context);
	return g_string_free(text, FALSE);
}

bool
check_statement_refused(const CheckContext *context)
{
	return db_session_diagnostic(context->session) != NULL &&
	       db_session_transaction_state(context->session) != DB_TRANSACTION_LOST;
}

bool
check_statement_take_refusal(const CheckContext *context, GError *cause, ReportCase *test_case, GError **error)
{
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) ||
	    db_session_transaction_state(context->session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, cause);
		return false;
	}
	report_case_set(test_case, REPORT_ERRORED, "the server refuses a statement of the check: %s", cause->message);
	g_error_free(cause);
	db_session_run_cleanup(context->session, "ROLLBACK");
	return base_interrupt_check(error);
}

/* The effects of a check are rolled back, which is impossible if its SQL ends the transaction. */
static void
report_ended(ReportCase *test_case, const char *what)
{
	report_case_set(test_case, REPORT_ERRORED,
	                "the %s ended the transaction that the check runs in\n"
	                "hint: leave out BEGIN, COMMIT and ROLLBACK; what a check does is always rolled back",
	                what);
}

/* The setup's failure as the case's. */
static void
report_setup(const CheckContext *context, const char *setup, ReportCase *test_case)
{
	if (db_session_transaction_state(context->session) == DB_TRANSACTION_IDLE) {
		report_ended(test_case, "setup");
	} else {
		const DbDiagnostic *diagnostic = db_session_diagnostic(context->session);
		g_autofree char *rest = check_statement_describe_rest(diagnostic);
		report_case_set(test_case, REPORT_ERRORED, "the setup failed: %s\n%s", diagnostic->message, rest);
	}
	g_free(test_case->statement);
	test_case->statement = g_strdup(setup);
}

bool
check_statement_begin(const CheckContext *context, const SuiteNode *check, ReportCase *test_case, bool *ret_ready,
                      GError **error)
{
	const char *setup = suite_node_get_text(check, "setup");
	g_autoptr(GError) cause = NULL;

	*ret_ready = true;
	if (!db_session_execute(context->session, "BEGIN", error))
		return false;
	if (setup == NULL)
		return true;
	bool done = db_session_execute(context->session, setup, &cause);
	if (!done && !check_statement_refused(context)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (done && db_session_transaction_state(context->session) == DB_TRANSACTION_OPEN)
		return true;
	report_setup(context, setup, test_case);
	*ret_ready = false;
	return db_session_execute(context->session, "ROLLBACK", error);
}

bool
check_statement_end(const CheckContext *context, ReportCase *test_case, GError **error)
{
	if (db_session_transaction_state(context->session) == DB_TRANSACTION_IDLE)
		report_ended(test_case, "statement");
	return db_session_execute(context->session, "ROLLBACK", error);
}

/* --- One statement ------------------------------------------------------- */

bool
check_statement_mark(const CheckContext *context, GError **error)
{
	return db_session_execute(context->session, "SAVEPOINT pgassay_check", error);
}

bool
check_statement_undo(const CheckContext *context, GError **error)
{
	if (db_session_transaction_state(context->session) == DB_TRANSACTION_IDLE)
		return true;
	return db_session_execute(context->session,
	                          "ROLLBACK TO SAVEPOINT pgassay_check; RELEASE SAVEPOINT pgassay_check", error);
}

bool
check_statement_try(const CheckContext *context, const char *sql, CheckStatementOutcome *ret_outcome, gint64 *ret_rows,
                    GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (!check_statement_mark(context, error))
		return false;
	bool done = db_session_execute(context->session, sql, &cause);
	gint64 rows = db_session_affected(context->session);
	/* A deferred constraint refuses at the end of the transaction; that end is brought forward. */
	if (done && db_session_transaction_state(context->session) == DB_TRANSACTION_OPEN)
		done = db_session_execute(context->session, "SET CONSTRAINTS ALL IMMEDIATE", &cause);
	if (!done && !check_statement_refused(context)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	*ret_outcome = db_session_transaction_state(context->session) == DB_TRANSACTION_IDLE ? CHECK_STATEMENT_ENDED
	               : done                                                                ? CHECK_STATEMENT_DONE
	                                                                                     : CHECK_STATEMENT_REFUSED;
	if (ret_rows != NULL)
		*ret_rows = rows;
	return true;
}

bool
check_statement_validate(const SuiteNode *sql, GError **error)
{
	for (guint i = 0; i < check_statement_count(sql); i++)
		if (check_statement_text(sql, i)[strspn(check_statement_text(sql, i), " \t\r\n;")] == '\0')
			return suite_node_error(suite_node_kind(sql) == SUITE_NODE_LIST ? suite_node_item(sql, i) : sql,
			                        error, NULL, "there is no statement here");
	if (check_statement_count(sql) > 0)
		return true;
	return suite_node_error(sql, error, "write a statement, or remove the check",
	                        "the list of statements is empty");
}

guint
check_statement_count(const SuiteNode *sql)
{
	return suite_node_kind(sql) == SUITE_NODE_LIST ? suite_node_size(sql) : 1;
}

const char *
check_statement_text(const SuiteNode *sql, guint index)
{
	return suite_node_text(suite_node_kind(sql) == SUITE_NODE_LIST ? suite_node_item(sql, index) : sql);
}

char *
check_statement_name(const SuiteNode *sql, guint index)
{
	return suite_node_kind(sql) == SUITE_NODE_LIST ? g_strdup_printf("statement %u", index + 1)
	                                               : g_strdup("the statement");
}
