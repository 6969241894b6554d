#include "check/kind/kind.h"

#include "check/kind/statement.h"

/* What the suite loader knows of the kinds, and what runs them: the same order. */
static const SuiteCheckKind kinds[] = {
	{ "query", &check_query_shape, NULL, "a query gives these rows" },
	{ "reject", &check_reject_shape, check_reject_validate, "a statement fails, in this way" },
	{ "accept", &check_accept_shape, check_accept_validate, "a statement succeeds" },
	{ "row_security", &check_row_security_shape, check_row_security_validate,
	  "a role sees and changes these rows and no others", check_row_security_name },
	{ "same_schema", &check_same_schema_shape, check_same_schema_validate, "databases end in the same schema",
	  check_databases_name },
	{ "isolation", &check_isolation_shape, check_isolation_validate,
	  "roles of one database have no way into another", check_databases_name },
	{ "security", &check_security_shape, check_security_validate,
	  "nothing lets rows or rights out in spite of row security", check_security_name },
	{ NULL },
};

static const CheckRun runs[] = {
	check_query_run,       check_reject_run,    check_accept_run,   check_row_security_run,
	check_same_schema_run, check_isolation_run, check_security_run,
};
G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == G_N_ELEMENTS(runs) + 1);

const SuiteCheckKind *
check_kinds(void)
{
	return kinds;
}

bool
check_run(const CheckContext *context, const SuiteCheck *check, GError **error)
{
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase)
	    test_case = check_case_new(context, kinds[check->kind].name, check->name, suite_node_position(check->node));

	GError *cause = NULL;
	if (!runs[check->kind](context, check, test_case, &cause) &&
	    !check_statement_take_refusal(context, cause, test_case, error))
		return false;
	if (test_case->status == REPORT_PASSED)
		g_clear_pointer(&test_case->output, g_free);
	test_case->duration = g_get_monotonic_time() - start;
	check_case_report(context, g_steal_pointer(&test_case));
	return true;
}
