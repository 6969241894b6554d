/* The end of a run on the console: failures, commands to type, totals. */
#include "report/console/private.h"

#include "report/text.h"

#include <string.h>

/* So many failures stand near the end already, where migrations have a line each. */
#define END_FEW 3

/* So much of a reason stands in the last list: its case has the rest. */
#define REASON_WIDTH 180

/* The place of the case; a case without one is about its suite. */
static char *
find_place(const ReportSuite *suite, const ReportCase *test_case)
{
	SourcePosition position = test_case->position;

	if (position.path == NULL)
		position = (SourcePosition){ .path = suite->path };
	if (position.path == NULL)
		return NULL;
	g_autofree char *path = report_path_relative(position.path);
	position.path = path;
	g_autofree char *place = base_position_format(position);
	return report_console_clean(place);
}

static void
put_failed_case(ReportConsole *console, const ReportRun *run, const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *label = report_console_label(test_case->database, test_case->stage);
	g_autofree char *name = report_console_clean(test_case->name);
	g_autofree char *place = find_place(suite, test_case);

	if (run->suites->len > 1) {
		g_autofree char *suite_name = report_console_clean(suite->name);
		char *longer = g_strdup_printf("%s: %s", suite_name, label);
		g_free(label);
		label = longer;
	}
	report_console_put_line(console, test_case->status, label, name, 0, place);
	if (test_case->message == NULL)
		return;
	g_autofree char *reason = report_console_clean(test_case->message);
	bool cut = report_text_width(reason) > REASON_WIDTH;
	g_autofree char *shown = g_strconcat(report_text_cut(reason, REASON_WIDTH), cut ? "..." : NULL, NULL);
	report_console_put_wrapped(console, shown);
}

/* Of each key of a suite's failures, the names (char *, borrowed) after the first one. The caller unrefs it. */
static GHashTable *
end_find_same(const ReportSuite *suite)
{
	GHashTable *same = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		char *key = report_console_same_key(test_case);
		GPtrArray *names = key != NULL ? g_hash_table_lookup(same, key) : NULL;
		if (names != NULL)
			g_ptr_array_add(names, test_case->name);
		else if (key != NULL)
			g_hash_table_insert(same, g_steal_pointer(&key), g_ptr_array_new());
		g_free(key);
	}
	return same;
}

/* Those that the first one speaks for as well; NULL: it stands alone. */
static GPtrArray *
end_find_others(GHashTable *same, const ReportCase *test_case)
{
	g_autofree char *key = report_console_same_key(test_case);
	GPtrArray *names = key != NULL ? g_hash_table_lookup(same, key) : NULL;

	return names != NULL && names->len >= REPORT_CONSOLE_SAME ? names : NULL;
}

/* Gives the number of cases that the lines stand for; at most *room lines are written, and *room gets less. */
static guint
put_failed_suite(ReportConsole *console, const ReportRun *run, const ReportSuite *suite, guint *room)
{
	g_autoptr(GHashTable) same = end_find_same(suite);
	guint n = 0;

	for (guint i = 0; *room > 0 && i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		GPtrArray *others = report_case_is_bad(test_case) ? end_find_others(same, test_case) : NULL;
		if (!report_case_is_bad(test_case) ||
		    (others != NULL && g_ptr_array_find(others, test_case->name, NULL)))
			continue;
		put_failed_case(console, run, suite, test_case);
		(*room)--;
		n += 1 + (others != NULL ? others->len : 0);
		if (others == NULL)
			continue;
		g_autofree char *list = report_console_same_list(others);
		report_console_put_wrapped(console, list);
	}
	return n;
}

static void
put_failed_cases(ReportConsole *console, const ReportRun *run, guint count)
{
	guint room = REPORT_CONSOLE_LINES;
	guint shown = 0;

	fprintf(console->stream, "\nnot ok:\n");
	for (guint i = 0; i < run->suites->len; i++)
		shown += put_failed_suite(console, run, g_ptr_array_index(run->suites, i), &room);
	if (count > shown)
		fprintf(console->stream, REPORT_CONSOLE_INDENT "[%u more]\n", count - shown);
}

static bool
has_failed_fixture(const ReportSuite *suite)
{
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (test_case->status == REPORT_FAILED && strcmp(test_case->stage, "expect") == 0)
			return true;
	}
	return false;
}

/* A change of the schema that was wanted is a change of its fixture, too. */
static void
put_bless(ReportConsole *console, const ReportRun *run)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		if (suite->path == NULL || !has_failed_fixture(suite))
			continue;
		g_autofree char *path = report_path_relative(suite->path);
		const char *const arguments[] = { "pgassay", "bless", path, NULL };
		g_autofree char *command = report_command_line(arguments);
		g_autofree char *line = report_console_clean(command);
		fprintf(console->stream, "the schema is right and the fixture is not? %s\n", line);
	}
}

static void
put_total(ReportConsole *console, guint count, const char *word, const char *colour, const char *separator)
{
	g_autofree char *text = g_strdup_printf("%u %s", count, word);

	if (count > 0)
		report_console_put_coloured(console, colour, text);
	else
		fputs(text, console->stream);
	fputs(separator, console->stream);
}

void
report_console_error(ReportConsole *console, const char *message)
{
	if (console->flags & REPORT_CONSOLE_JSON)
		report_console_json_error(console, message);
}

void
report_console_end(ReportConsole *console, const ReportRun *run)
{
	if (console->flags & REPORT_CONSOLE_JSON) {
		report_console_json_end(console, run);
		return;
	}
	ReportCounts counts = report_run_count(run);
	guint cases = counts.passed + counts.failed + counts.errored + counts.skipped;
	g_autofree char *time = report_text_duration(run->duration);

	report_console_clear_progress(console);
	if (counts.failed + counts.errored > (console->compact ? END_FEW : 0))
		put_failed_cases(console, run, counts.failed + counts.errored);
	put_bless(console, run);
	putc('\n', console->stream);
	if (console->n_migrations > 0)
		fprintf(console->stream, "%u new %s, ", console->n_migrations,
		        console->n_migrations == 1 ? "migration" : "migrations");
	fprintf(console->stream, "%u %s in %s\n", cases, cases == 1 ? "case" : "cases", time);
	put_total(console, counts.passed, "passed", report_console_look(REPORT_PASSED)->colour, ", ");
	put_total(console, counts.failed, "failed", report_console_look(REPORT_FAILED)->colour, ", ");
	if (counts.errored > 0)
		put_total(console, counts.errored, counts.errored == 1 ? "error" : "errors",
		          report_console_look(REPORT_ERRORED)->colour, ", ");
	put_total(console, counts.skipped, "skipped", report_console_look(REPORT_SKIPPED)->colour, "\n");
	fflush(console->stream);
}
