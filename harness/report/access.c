#include "report/access.h"

const char *
report_action_name(ReportAction action)
{
	static const char *const names[] = { "SELECT", "INSERT", "UPDATE", "DELETE" };

	return names[action];
}

const char *
report_reach_name(ReportReach reach)
{
	static const char *const names[REPORT_N_REACHES] = {
		[REPORT_REACH_UNKNOWN] = NULL, [REPORT_REACH_REFUSED] = "refused", [REPORT_REACH_NONE] = "none",
		[REPORT_REACH_SOME] = "some",  [REPORT_REACH_ALL] = "all",
	};

	return names[reach];
}

ReportAccess *
report_access_new(const char *table, const char *role)
{
	ReportAccess *access = g_new0(ReportAccess, 1);

	access->table = g_strdup(table);
	access->role = g_strdup(role);
	for (int action = 0; action < REPORT_N_ACTIONS; action++)
		access->cells[action].rows = access->cells[action].of = -1;
	return access;
}

void
report_access_free(ReportAccess *access)
{
	if (access == NULL)
		return;
	for (int action = 0; action < REPORT_N_ACTIONS; action++)
		g_free(access->cells[action].expected);
	g_free(access->table);
	g_free(access->role);
	g_free(access->settings);
	g_free(access->where);
	g_free(access->values);
	g_free(access);
}

bool
report_access_is_bad(const ReportAccess *access)
{
	for (int action = 0; action < REPORT_N_ACTIONS; action++)
		if (access->cells[action].expected != NULL)
			return true;
	return false;
}

ReportReach
report_reach_of(gint64 rows, gint64 of)
{
	if (rows <= 0)
		return REPORT_REACH_NONE;
	return rows == of ? REPORT_REACH_ALL : REPORT_REACH_SOME;
}
