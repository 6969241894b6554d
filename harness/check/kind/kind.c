#include "check/kind/kind.h"

#include "check/kind/statement.h"

static const SuiteCheckKind *const kinds[] = {
	&check_query.suite,       &check_reject.suite,    &check_accept.suite,   &check_row_security.suite,
	&check_same_schema.suite, &check_isolation.suite, &check_security.suite, NULL,
};

const SuiteCheckKind *const *
check_kinds(void)
{
	return kinds;
}

bool
check_run(const CheckContext *context, const SuiteCheck *check, GError **error)
{
	const CheckKind *kind = (const CheckKind *)check->kind;
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase)
	    test_case = check_case_new(context, kind->suite.name, check->name, suite_node_position(check->node));

	GError *cause = NULL;
	if (!kind->run(context, check, test_case, &cause) &&
	    !check_statement_take_refusal(context, cause, test_case, error))
		return false;
	if (test_case->status == REPORT_PASSED)
		g_clear_pointer(&test_case->statement, g_free);
	test_case->duration = g_get_monotonic_time() - start;
	check_case_report(context, g_steal_pointer(&test_case));
	return true;
}
