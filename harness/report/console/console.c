#include "report/console/private.h"

#include "report/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Log pages of these show ANSI colours; each sets the variable in its jobs. */
static const char *const colour_systems[] = { "GITHUB_ACTIONS", "GITEA_ACTIONS", "GITLAB_CI", "BUILDKITE",
	                                      "CIRCLECI",       "TRAVIS",        "DRONE",     NULL };

static guint
terminal_width(FILE *stream)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

/* Width of a pipe or a file if COLUMNS is not set: a CI system's page has room for it. */
#define PIPE_WIDTH 200

static guint
console_text_width(FILE *stream)
{
	const char *columns = g_getenv("COLUMNS");
	gint64 width = columns != NULL ? g_ascii_strtoll(columns, NULL, 10) : 0;

	if (isatty(fileno(stream)))
		return terminal_width(stream);
	return width >= 40 && width <= 1000 ? (guint)width : PIPE_WIDTH;
}

ReportConsole *
report_console_new(FILE *stream, ReportConsoleFlags flags)
{
	ReportConsole *console = g_new0(ReportConsole, 1);

	console->stream = stream;
	console->flags = flags;
	console->width = console_text_width(stream);
	console->groups = g_ptr_array_new_with_free_func((GDestroyNotify)report_console_group_free);
	if ((flags & REPORT_CONSOLE_JSON) && !(flags & REPORT_CONSOLE_HOLD))
		report_console_json_begin(console);
	return console;
}

void
report_console_free(ReportConsole *console)
{
	if (console == NULL)
		return;
	report_console_clear_progress(console);
	fflush(console->stream);
	g_ptr_array_unref(console->groups);
	g_free(console);
}

static bool
console_is_set(const char *name)
{
	const char *value = g_getenv(name);

	return value != NULL && *value != '\0';
}

/* True when the stream is read by a CI system that shows colours. A file is for programs. */
static bool
console_is_job_log(FILE *stream)
{
	struct stat status = { 0 };
	bool coloured = false;

	for (const char *const *name = colour_systems; *name != NULL && !coloured; name++)
		coloured = console_is_set(*name);
	return coloured && fstat(fileno(stream), &status) == 0 && !S_ISREG(status.st_mode);
}

ReportConsoleFlags
report_console_flags(FILE *stream)
{
	const char *terminal = g_getenv("TERM");
	const char *forced = g_getenv("FORCE_COLOR");
	bool for_people = isatty(fileno(stream)) && terminal != NULL && strcmp(terminal, "dumb") != 0;
	ReportConsoleFlags flags = for_people ? REPORT_CONSOLE_PROGRESS : 0;

	if (console_is_set("NO_COLOR"))
		return flags;
	if (console_is_set("FORCE_COLOR"))
		return strcmp(forced, "0") != 0 && strcmp(forced, "false") != 0 ? flags | REPORT_CONSOLE_COLOUR : flags;
	return for_people || console_is_job_log(stream) ? flags | REPORT_CONSOLE_COLOUR : flags;
}

/* --- Report of a case ----------------------------------------------------- */

static void
announce_suite(ReportConsole *console, const ReportSuite *suite)
{
	if (console->suite_announced)
		return;
	console->suite_announced = true;
	g_autofree char *text = suite->title != NULL ? g_strdup_printf("%s: %s", suite->name, suite->title)
	                                             : g_strdup(suite->name);
	g_autofree char *line = report_console_clean(text);
	report_console_put_coloured(console, report_console_bold, line);
	putc('\n', console->stream);
}

void
report_console_shard(ReportConsole *console, const ReportRun *run, guint ours, guint all)
{
	if (console->flags & (REPORT_CONSOLE_QUIET | REPORT_CONSOLE_HOLD))
		return;
	if (console->flags & REPORT_CONSOLE_JSON) {
		report_console_json_shard(console, run, ours, all);
		return;
	}
	fprintf(console->stream, "shard %u of %u: %u of %u %s\n", run->shard, run->n_shards, ours, all,
	        all == 1 ? "stage" : "stages");
	fflush(console->stream);
}

void
report_console_begin_suite(ReportConsole *console, const ReportSuite *suite)
{
	console->suite_announced = console->alone;
	g_ptr_array_set_size(console->groups, 0);
	if (console->flags & (REPORT_CONSOLE_QUIET | REPORT_CONSOLE_HOLD))
		return;
	if (console->flags & REPORT_CONSOLE_JSON) {
		report_console_json_suite(console, suite);
		return;
	}
	report_console_clear_progress(console);
	announce_suite(console, suite);
	fflush(console->stream);
}

void
report_console_progress(ReportConsole *console, const char *what)
{
	const ReportCounts *counts = &console->counts;

	if (console->flags & REPORT_CONSOLE_JSON)
		report_console_json_progress(console, what);
	if (!(console->flags & REPORT_CONSOLE_PROGRESS))
		return;
	GString *text = g_string_new(NULL);
	g_string_printf(text, "  %u done", counts->passed + counts->failed + counts->errored + counts->skipped);
	if (counts->failed + counts->errored > 0)
		g_string_append_printf(text, ", %u not ok", counts->failed + counts->errored);
	g_string_append_printf(text, ": %s", what);
	g_autofree char *line = report_console_clean(text->str);
	g_string_free(text, TRUE);
	report_console_clear_progress(console);
	/* A line as wide as the terminal would wrap, and then it could not be overwritten. */
	report_console_put_coloured(console, report_console_dim,
	                            report_text_cut(line, terminal_width(console->stream) - 1));
	console->progress_shown = true;
	fflush(console->stream);
}

void
report_console_put_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case)
{
	bool skipped = test_case->status == REPORT_SKIPPED;
	g_autofree char *label = report_console_label(test_case->database, test_case->stage);
	g_autofree char *name = report_console_clean(test_case->name);
	bool remarked = skipped || test_case->status == REPORT_PASSED;
	g_autofree char *remark = remarked && test_case->message != NULL ? report_console_clean(test_case->message)
	                                                                 : NULL;

	report_console_clear_progress(console);
	announce_suite(console, suite);
	report_console_put_line(console, test_case->status, label, name, skipped ? 0 : test_case->duration, remark);
	if (!remarked)
		report_console_put_story(console, test_case);
}

void
report_console_note(ReportConsole *console, const ReportSuite *suite, const char *label, const char *text)
{
	if (console->flags & (REPORT_CONSOLE_QUIET | REPORT_CONSOLE_HOLD))
		return;
	if (console->flags & REPORT_CONSOLE_JSON) {
		report_console_json_note(console, suite, label, text);
		return;
	}
	g_autofree char *clean_label = report_console_clean(label);
	g_autofree char *clean_text = report_console_clean(text);
	report_console_clear_progress(console);
	announce_suite(console, suite);
	fputs("  ", console->stream);
	report_console_put_coloured(console, report_console_dim, "note ");
	putc(' ', console->stream);
	report_console_put_padded(console, clean_label, REPORT_CONSOLE_LABEL);
	fprintf(console->stream, "%s\n", clean_text);
	fflush(console->stream);
}

void
report_console_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case)
{
	bool not_ok = test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED;
	bool quiet = console->flags & REPORT_CONSOLE_QUIET;
	bool verbose = console->flags & REPORT_CONSOLE_VERBOSE;

	report_counts_add(&console->counts, test_case->status);
	if (console->flags & REPORT_CONSOLE_HOLD)
		return;
	if (console->flags & REPORT_CONSOLE_JSON) {
		if (!quiet || not_ok)
			report_console_json_case(console, suite, test_case);
		return;
	}
	if (quiet && !not_ok)
		return;
	if (verbose || report_console_group_add(console, test_case))
		report_console_put_case(console, suite, test_case);
	fflush(console->stream);
}

void
report_console_end_stage(ReportConsole *console, const char *database, const char *stage)
{
	report_console_group_end(console, database, stage);
	fflush(console->stream);
}

void
report_console_end_suite(ReportConsole *console, const ReportSuite *suite)
{
	(void)suite;
	report_console_clear_progress(console);
	report_console_group_end(console, NULL, NULL);
	fflush(console->stream);
}
