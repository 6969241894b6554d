/* accept: a statement must succeed, and change something. */
#include "check/kind/kind.h"
#include "check/kind/statement.h"

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "setup", &suite_shape_text, false, "SQL that runs first, in the same transaction" },
	{ "sql", &suite_shape_text_or_list, true, "the statement that must succeed; of a list, each one alone" },
	{ NULL },
};

static const SuiteShape accept_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

static bool
accept_validate(const SuiteNode *node, GError **error)
{
	return check_statement_validate(suite_node_get(node, "sql"), error);
}

static bool
accept_try_one(const CheckContext *context, const SuiteNode *sql, guint index, ReportCase *test_case, GError **error)
{
	g_autofree char *what = check_statement_name(sql, index);
	CheckStatementOutcome outcome = CHECK_STATEMENT_DONE;
	gint64 rows = -1;

	g_free(test_case->statement);
	test_case->statement = g_strdup(check_statement_text(sql, index));
	if (!check_statement_try(context, test_case->statement, &outcome, &rows, error))
		return false;
	if (outcome == CHECK_STATEMENT_REFUSED) {
		const DbDiagnostic *found = db_session_diagnostic(context->session);
		g_autofree char *described = check_statement_describe_rest(found);
		report_case_set(test_case, REPORT_FAILED, "%s is refused: %s\n%s", what, found->message, described);
	} else if (outcome == CHECK_STATEMENT_DONE && rows == 0) {
		report_case_set(test_case, REPORT_FAILED,
		                "%s succeeded, but on no row: no constraint has looked at anything\n"
		                "hint: let \"setup\" insert the rows that it is about",
		                what);
	}
	return check_statement_undo(context, error);
}

static bool
accept_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	const SuiteNode *sql = suite_node_get(check->node, "sql");
	bool ready;

	if (!check_statement_begin(context, check->node, test_case, &ready, error))
		return false;
	if (!ready)
		return true;
	for (guint i = 0; i < check_statement_count(sql) && test_case->status == REPORT_PASSED &&
	                  db_session_transaction_state(context->session) == DB_TRANSACTION_OPEN;
	     i++)
		if (!accept_try_one(context, sql, i, test_case, error))
			return false;
	return check_statement_end(context, test_case, error);
}

const CheckKind check_accept = {
	.suite.name = "accept",
	.suite.shape = &accept_shape,
	.suite.validate = accept_validate,
	.suite.help = "a statement succeeds",
	.run = accept_run,
};
