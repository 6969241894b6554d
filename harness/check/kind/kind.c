#include "check/kind/kind.h"

static const CheckKind kinds[] = {
	{ { "query", &check_query_shape, NULL, "a query gives these rows" }, check_query_run },
	{ { "reject", &check_reject_shape, check_reject_validate, "a statement fails, in this way" },
	  check_reject_run },
	{ { "accept", &check_accept_shape, check_accept_validate, "a statement succeeds" }, check_accept_run },
	{ { "row_security", &check_row_security_shape, check_row_security_validate,
	    "a role sees and changes these rows and no others", check_row_security_name },
	  check_row_security_run },
	{ { "same_schema", &check_same_schema_shape, check_same_schema_validate, "databases end in the same schema",
	    check_databases_name },
	  check_same_schema_run },
	{ { "isolation", &check_isolation_shape, check_isolation_validate,
	    "roles of one database have no way into another", check_databases_name },
	  check_isolation_run },
	{ { "security", &check_security_shape, check_security_validate,
	    "nothing lets rows or rights out in spite of row security", check_security_name },
	  check_security_run },
};

const SuiteCheckKind *
check_kinds(void)
{
	static SuiteCheckKind suite_kinds[G_N_ELEMENTS(kinds) + 1];

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		suite_kinds[i] = kinds[i].suite;
	return suite_kinds;
}

bool
check_run(const CheckContext *context, const SuiteCheck *check, GError **error)
{
	const CheckKind *kind = &kinds[check->kind];
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase)
	    test_case = check_case_new(context, kind->suite.name, check->name, suite_node_position(check->node));

	if (!kind->run(context, check, test_case, error))
		return false;
	if (test_case->status == REPORT_PASSED)
		g_clear_pointer(&test_case->output, g_free);
	test_case->duration = g_get_monotonic_time() - start;
	check_case_report(context, g_steal_pointer(&test_case));
	return true;
}
