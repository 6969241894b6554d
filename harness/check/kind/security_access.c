#include "check/kind/security_access.h"

#include "check/kind/sql.h"

enum { TABLE, ROLE, FIRST_REACH };

static ReportReach
access_read_reach(const char *text)
{
	for (int reach = REPORT_REACH_REFUSED; reach < REPORT_N_REACHES; reach++)
		if (g_strcmp0(report_reach_name((ReportReach)reach), text) == 0)
			return (ReportReach)reach;
	return REPORT_REACH_UNKNOWN;
}

bool
check_security_access(const CheckContext *context, const char *roles, const char *platform, ReportCase *test_case,
                      GError **error)
{
	g_autoptr(DbResult) found = db_session_query(context->session, error, check_sql_access, roles, platform, NULL);

	if (found == NULL)
		return false;
	for (int row = 0; row < db_result_rows(found); row++) {
		ReportAccess *access = report_access_new(db_result_value(found, row, TABLE),
		                                         db_result_value(found, row, ROLE));
		for (int action = 0; action < REPORT_N_ACTIONS; action++)
			access->cells[action].reach = access_read_reach(
			    db_result_value(found, row, FIRST_REACH + action));
		report_case_add_access(test_case, access);
	}
	return true;
}
