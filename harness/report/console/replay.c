/* A run that has ended, on the console. */
#include "report/console/console.h"

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

/* How many cases there are of each stage: a stage's line is written below its last one. */
static GHashTable *
replay_count(const ReportSuite *suite)
{
	GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < suite->cases->len; i++) {
		char *name = report_case_classname(suite, g_ptr_array_index(suite->cases, i));
		gpointer count = g_hash_table_lookup(counts, name);
		g_hash_table_replace(counts, name, GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
	}
	return counts;
}

static void
replay_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case, GHashTable *counts)
{
	char *name = report_case_classname(suite, test_case);
	guint left = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name)) - 1;

	g_hash_table_replace(counts, name, GUINT_TO_POINTER(left));
	report_console_case(console, suite, test_case);
	if (left == 0)
		report_console_end_stage(console, test_case->database, test_case->stage);
}

void
report_console_replay(ReportConsole *console, const ReportRun *run)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		report_console_begin_suite(console, suite);
		for (guint j = 0; j < suite->properties->len; j++)
			replay_warning(console, suite, g_ptr_array_index(suite->properties, j));
		g_autoptr(GHashTable) counts = replay_count(suite);
		for (guint j = 0; j < suite->cases->len; j++)
			replay_case(console, suite, g_ptr_array_index(suite->cases, j), counts);
		report_console_end_suite(console, suite);
	}
}
