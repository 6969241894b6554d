#include "check/findings.h"

#include <string.h>

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
check_findings_report_all(const CheckFindings *findings, const char *what, const char *whats, ReportCase *test_case)
{
	if (findings->n == 1)
		report_case_set(test_case, REPORT_FAILED, "%s", findings->all->str);
	if (findings->n <= 1)
		return;
	g_autofree char *listed = g_strndup(findings->all->str, findings->shown);
	g_autofree char *place = base_position_format(test_case->position);
	g_autofree char *prefix = g_strconcat(place, ": ", NULL);
	/* The case's own place stands beside its message. */
	const char *first = g_str_has_prefix(listed, prefix) ? listed + strlen(prefix) : listed;
	const char *rest = first + strcspn(first, "\n");
	g_autofree char *more = findings->n > CHECK_DIFFERENCES_SHOWN
	                            ? g_strdup_printf("\n... and %u more", findings->n - CHECK_DIFFERENCES_SHOWN)
	                            : g_strdup("");
	report_case_set(test_case, REPORT_FAILED, "%.*s; and %u more %s%s%s", (int)(rest - first), first,
	                findings->n - 1, findings->n == 2 ? what : whats, rest, more);
}
