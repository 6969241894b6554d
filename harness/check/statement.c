#include "check/statement.h"

char *
check_statement_describe(const DbDiagnostic *diagnostic)
{
	const char *condition = db_sqlstate_name(diagnostic->sqlstate);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%s: %s\nSQLSTATE: %s", diagnostic->severity, diagnostic->message,
	                       diagnostic->sqlstate);
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

/* What a check does is rolled back; that cannot be said of SQL that ends the transaction itself. */
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
		g_autofree char *text = check_statement_describe(db_session_diagnostic(context->session));
		report_case_set(test_case, REPORT_ERRORED, "the setup failed\n%s", text);
	}
	g_free(test_case->output);
	test_case->output = g_strdup(setup);
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
