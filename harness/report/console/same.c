/* Failures that say the same, each of its own file; checks that the same error of the server stops. */
#include "report/console/private.h"

#include "report/cause_error.h"

#include <string.h>

/* So many of the cases that are not shown are named. */
#define SAME_NAMES 2

static char *
same_without_name(const char *text, const char *quoted)
{
	g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", quoted, -1);

	return g_strjoinv("\"\"", parts);
}

char *
report_console_same_key(const ReportCase *test_case)
{
	g_autofree char *name = g_strdup_printf("\"%s\"", test_case->name);
	g_autofree char *line = test_case->status == REPORT_ERRORED && test_case->message != NULL
	                            ? report_error_line(test_case)
	                            : NULL;

	if (line != NULL)
		return g_strjoin("\n", test_case->database != NULL ? test_case->database : "", test_case->stage, line,
		                 NULL);
	if (!report_case_is_bad(test_case) || test_case->message == NULL || strstr(test_case->message, name) == NULL)
		return NULL;
	g_autofree char *message = same_without_name(test_case->message, name);
	g_autofree char *details = same_without_name(test_case->details, name);
	g_autofree char *all = report_case_said(test_case);
	g_autofree char *said = same_without_name(all, name);

	return g_strjoin("\n", test_case->database != NULL ? test_case->database : "", test_case->stage,
	                 report_status_name(test_case->status), message, details, said, NULL);
}

char *
report_console_same_list(const GPtrArray *names)
{
	GString *list = g_string_new("the same of ");

	for (guint i = 0; i < names->len && i < SAME_NAMES; i++) {
		const char *before = i == 0 ? "" : names->len > SAME_NAMES ? ", " : " and ";
		g_autofree char *clean = report_console_clean(g_ptr_array_index(names, i));
		g_string_append_printf(list, "%s\"%s\"", before, clean);
	}
	if (names->len > SAME_NAMES)
		g_string_append_printf(list, " and %u more", names->len - SAME_NAMES);
	g_string_append(list, "; -v shows each");
	return g_string_free(list, FALSE);
}
