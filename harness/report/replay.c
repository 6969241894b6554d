/* A run that has ended, on the console. */
#include "report/console.h"

#include <string.h>

static void
replay_warning(ReportConsole *console, const ReportSuite *suite, const ReportProperty *property)
{
	const char *dot = strrchr(property->name, '.');
	g_autofree char *database = dot != NULL && strcmp(dot, ".warning") == 0
	                                ? g_strndup(property->name, (gsize)(dot - property->name))
	                                : NULL;

	if (database != NULL)
		report_console_note(console, suite, database, property->value);
}

void
report_console_replay(ReportConsole *console, const ReportRun *run)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		report_console_begin_suite(console, suite);
		for (guint j = 0; j < suite->properties->len; j++)
			replay_warning(console, suite, g_ptr_array_index(suite->properties, j));
		for (guint j = 0; j < suite->cases->len; j++)
			report_console_case(console, suite, g_ptr_array_index(suite->cases, j));
		report_console_end_suite(console, suite);
	}
}
