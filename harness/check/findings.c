#include "check/findings.h"

void
check_findings_clear(CheckFindings *findings)
{
	g_free(findings->first);
	if (findings->all != NULL)
		g_string_free(findings->all, TRUE);
	*findings = (CheckFindings){ 0 };
}

void
check_findings_add(CheckFindings *findings, const char *summary, const char *details)
{
	if (findings->all == NULL)
		findings->all = g_string_new(NULL);
	if (findings->first == NULL)
		findings->first = g_strdup(summary);
	g_string_append_printf(findings->all, "%s%s", findings->n > 0 ? "\n" : "", details);
	findings->n++;
	if (findings->n <= CHECK_DIFFERENCES_SHOWN)
		findings->shown = findings->all->len;
}

void
check_findings_report(const CheckFindings *findings, ReportCase *test_case)
{
	if (findings->n == 1 && g_str_has_suffix(findings->first, findings->all->str))
		report_case_set(test_case, REPORT_FAILED, "%s", findings->first);
	else if (findings->n > 0)
		report_case_set(test_case, REPORT_FAILED, "%s\n%s", findings->first, findings->all->str);
}

void
check_findings_report_all(const CheckFindings *findings, const char *what, ReportCase *test_case)
{
	if (findings->n == 1)
		report_case_set(test_case, REPORT_FAILED, "%s", findings->all->str);
	if (findings->n <= 1)
		return;
	g_autofree char *listed = g_strndup(findings->all->str, findings->shown);
	g_autofree char *more = findings->n > CHECK_DIFFERENCES_SHOWN
	                            ? g_strdup_printf("\n... and %u more", findings->n - CHECK_DIFFERENCES_SHOWN)
	                            : g_strdup("");
	report_case_set(test_case, REPORT_FAILED, "%u %s\n%s%s", findings->n, what, listed, more);
}
