/* reject: a statement must fail, with this SQLSTATE and by this constraint. */
#include "check/kind.h"
#include "check/statement.h"

#include "base/nearest.h"

#include <string.h>

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "setup", &suite_shape_text, false, "SQL that runs first, in the same transaction" },
	{ "sql", &suite_shape_text, true, "the statement that must fail" },
	{ "sqlstate", &suite_shape_text, true, "the five-character SQLSTATE, or its condition name: unique_violation" },
	{ "constraint", &suite_shape_text, false, "the name of the constraint that must refuse it" },
	{ NULL },
};

const SuiteShape check_reject_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

static bool
is_state(const char *text)
{
	return strlen(text) == 5 && strspn(text, G_CSET_A_2_Z G_CSET_DIGITS) == 5;
}

static const char *
expected_state(const SuiteNode *node)
{
	const char *text = suite_node_get_text(node, "sqlstate");

	return is_state(text) ? text : db_sqlstate_of(text);
}

bool
check_reject_validate(const SuiteNode *node, GError **error)
{
	if (expected_state(node) != NULL)
		return true;
	const SuiteNode *state = suite_node_get(node, "sqlstate");
	const char *nearest = base_nearest(suite_node_text(state), db_sqlstate_names());
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strdup("see \"PostgreSQL Error Codes\" in its documentation");
	return suite_node_error(state, error, hint, "\"%s\" is neither an SQLSTATE nor a condition name",
	                        suite_node_text(state));
}

static void
judge(const SuiteNode *node, const DbDiagnostic *found, ReportCase *test_case)
{
	const char *state = expected_state(node);
	const char *constraint = suite_node_get_text(node, "constraint");
	const char *name = db_sqlstate_name(state);
	g_autofree char *said = check_statement_describe(found);

	if (strcmp(found->sqlstate, state) != 0) {
		const char *found_name = db_sqlstate_name(found->sqlstate);
		report_case_set(test_case, REPORT_FAILED, "the statement failed with %s (%s), expected %s (%s)\n%s",
		                found->sqlstate, found_name != NULL ? found_name : "no condition name", state,
		                name != NULL ? name : "no condition name", said);
	} else if (constraint != NULL && g_strcmp0(found->constraint, constraint) != 0) {
		report_case_set(test_case, REPORT_FAILED,
		                "constraint \"%s\" refused the statement, expected \"%s\"\n%s",
		                found->constraint != NULL ? found->constraint : "(none)", constraint, said);
	}
}

bool
check_reject_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	const char *sql = suite_node_get_text(check->node, "sql");
	g_autoptr(GError) cause = NULL;
	bool ready;

	if (!check_statement_begin(context, check->node, test_case, &ready, error))
		return false;
	if (!ready)
		return true;
	g_free(test_case->output);
	test_case->output = g_strdup(sql);
	/* A deferred constraint refuses at the end of the transaction; that end is brought forward. */
	if (db_session_execute(context->session, sql, &cause) &&
	    db_session_execute(context->session, "SET CONSTRAINTS ALL IMMEDIATE", &cause)) {
		const char *name = suite_node_get_text(check->node, "sqlstate");
		report_case_set(test_case, REPORT_FAILED, "the statement succeeded, expected it to fail with %s", name);
	} else if (check_statement_refused(context)) {
		judge(check->node, db_session_diagnostic(context->session), test_case);
	} else {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	return check_statement_end(context, test_case, error);
}
