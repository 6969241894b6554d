/* reject: a statement must fail, with this SQLSTATE and by this constraint. */
#include "check/kind/condition.h"
#include "check/kind/kind.h"
#include "check/kind/statement.h"

#include <string.h>

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "setup", &suite_shape_text, false, "SQL that runs first, in the same transaction" },
	{ "sql", &suite_shape_text_or_list, true, "the statement that must fail; of a list, each one alone" },
	{ "sqlstate", &suite_shape_text, true, "the five-character SQLSTATE, or its condition name: unique_violation" },
	{ "constraint", &suite_shape_text, false, "the name of the constraint that must refuse it" },
	{ NULL },
};

static const SuiteShape reject_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

static bool
reject_validate(const SuiteNode *node, GError **error)
{
	return check_statement_validate(suite_node_get(node, "sql"), error) &&
	       check_condition_validate(suite_node_get(node, "sqlstate"), error);
}

static void
reject_judge(const SuiteNode *node, const char *what, const DbDiagnostic *found, ReportCase *test_case)
{
	const char *state = check_condition_state(suite_node_get_text(node, "sqlstate"));
	const char *constraint = suite_node_get_text(node, "constraint");
	g_autofree char *described = check_statement_describe(found);

	if (!check_condition_is(state, found->sqlstate)) {
		g_autofree char *found_name = check_condition_describe(found->sqlstate);
		g_autofree char *name = check_condition_describe(state);
		report_case_set(test_case, REPORT_FAILED, "%s failed with %s, expected %s\n%s", what, found_name, name,
		                described);
	} else if (constraint != NULL && g_strcmp0(found->constraint, constraint) != 0) {
		report_case_set(test_case, REPORT_FAILED, "constraint \"%s\" refused %s, expected \"%s\"\n%s",
		                found->constraint != NULL ? found->constraint : "(none)", what, constraint, described);
	}
}

/* Tries one statement; the first one that is not refused as stated makes the case's message. */
static bool
reject_try_one(const CheckContext *context, const SuiteNode *node, guint index, ReportCase *test_case, GError **error)
{
	const SuiteNode *sql = suite_node_get(node, "sql");
	g_autofree char *what = check_statement_name(sql, index);
	CheckStatementOutcome outcome = CHECK_STATEMENT_DONE;

	g_free(test_case->statement);
	test_case->statement = g_strdup(check_statement_text(sql, index));
	if (!check_statement_try(context, test_case->statement, &outcome, NULL, error))
		return false;
	if (outcome == CHECK_STATEMENT_DONE)
		report_case_set(test_case, REPORT_FAILED, "%s succeeded, expected it to fail with %s", what,
		                suite_node_get_text(node, "sqlstate"));
	else if (outcome == CHECK_STATEMENT_REFUSED)
		reject_judge(node, what, db_session_diagnostic(context->session), test_case);
	else
		return true; /* check_statement_end reports it */
	return check_statement_undo(context, error);
}

static bool
reject_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	guint n = check_statement_count(suite_node_get(check->node, "sql"));
	bool ready;

	if (!check_statement_begin(context, check->node, test_case, &ready, error))
		return false;
	if (!ready)
		return true;
	for (guint i = 0; i < n && test_case->status == REPORT_PASSED &&
	                  db_session_transaction_state(context->session) == DB_TRANSACTION_OPEN;
	     i++)
		if (!reject_try_one(context, check->node, i, test_case, error))
			return false;
	return check_statement_end(context, test_case, error);
}

const CheckKind check_reject = {
	.suite.name = "reject",
	.suite.shape = &reject_shape,
	.suite.validate = reject_validate,
	.suite.help = "a statement fails, in this way",
	.run = reject_run,
};
