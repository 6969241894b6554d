#include "report/console.h"

#include "report/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Log pages of these show ANSI colours; each sets the variable in its jobs. */
static const char *const colour_systems[] = { "GITHUB_ACTIONS", "GITEA_ACTIONS", "GITLAB_CI", "BUILDKITE",
	                                      "CIRCLECI",       "TRAVIS",        "DRONE",     NULL };

/* Columns of a line: "  status  label  name (time)". */
#define LABEL_WIDTH 16
#define INDENT      "        "

/* So much of a reason stands in the last list: its case has the rest. */
#define REASON_WIDTH 180

/* More than this of one text is not looked at for the terminal. */
#define TEXT_MAX       ((gsize)64 * 1024)
#define NAME_MAX_BYTES 1024

/* The cases of one database at one stage that a terminal gets a single line for. */
typedef struct {
	char *database; /* or NULL */
	char *stage;
	char *name; /* of the first passed case */
	ReportCounts counts;
	gint64 duration;
} Group;

struct ReportConsole {
	FILE *stream;
	ReportConsoleFlags flags;
	guint width;          /* columns that texts are wrapped to; 0: they are not */
	GPtrArray *groups;    /* of Group *: one per database, its current stage */
	ReportCounts counts;  /* of the run so far */
	bool progress_shown;  /* the cursor stands in a line of progress */
	bool suite_announced; /* the line with the suite's name is out */
};

typedef struct {
	const char *word;
	const char *colour;
} StatusLook;

static const StatusLook looks[] = {
	[REPORT_PASSED] = { "ok", "\033[32m" },
	[REPORT_FAILED] = { "FAIL", "\033[1;31m" },
	[REPORT_ERRORED] = { "ERROR", "\033[1;35m" },
	[REPORT_SKIPPED] = { "skip", "\033[33m" },
};

static const char bold[] = "\033[1m";
static const char dim[] = "\033[2m";

static void
group_free(Group *group)
{
	g_free(group->database);
	g_free(group->stage);
	g_free(group->name);
	g_free(group);
}

static guint
terminal_width(FILE *stream)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

/* Of a pipe or a file the reader breaks the lines, unless somebody exports how wide it is. */
static guint
console_text_width(FILE *stream)
{
	const char *columns = g_getenv("COLUMNS");
	gint64 width = columns != NULL ? g_ascii_strtoll(columns, NULL, 10) : 0;

	if (isatty(fileno(stream)))
		return terminal_width(stream);
	return width >= 40 && width <= 1000 ? (guint)width : 0;
}

ReportConsole *
report_console_new(FILE *stream, ReportConsoleFlags flags)
{
	ReportConsole *console = g_new0(ReportConsole, 1);

	console->stream = stream;
	console->flags = flags;
	console->width = console_text_width(stream);
	console->groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	return console;
}

static void
clear_progress(ReportConsole *console)
{
	if (console->progress_shown)
		fputs("\r\033[K", console->stream);
	console->progress_shown = false;
}

void
report_console_free(ReportConsole *console)
{
	if (console == NULL)
		return;
	clear_progress(console);
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

/* --- Lines --------------------------------------------------------------- */

static char *
clean_line(const char *text)
{
	return report_text_clean(text, NAME_MAX_BYTES, REPORT_TEXT_LINE);
}

static void
put_coloured(ReportConsole *console, const char *colour, const char *text)
{
	if (console->flags & REPORT_CONSOLE_COLOUR)
		fprintf(console->stream, "%s%s\033[0m", colour, text);
	else
		fputs(text, console->stream);
}

/* Writes the cleaned text and blanks up to the width; two when it is wider. */
static void
put_padded(ReportConsole *console, const char *text, guint width)
{
	guint used = report_text_width(text);

	fprintf(console->stream, "%s%*s", text, used < width ? (int)(width - used) : 2, "");
}

static char *
make_label(const char *database, const char *stage)
{
	g_autofree char *label = database != NULL ? g_strdup_printf("%s %s", database, stage) : g_strdup(stage);

	return clean_line(label);
}

static void
put_status(ReportConsole *console, ReportStatus status)
{
	const StatusLook *look = &looks[status];

	fputs("  ", console->stream);
	put_coloured(console, look->colour, look->word);
	fprintf(console->stream, "%*s", (int)(6 - strlen(look->word)), "");
}

/* A time that is shown is worth a look. */
#define SHORTEST_TIME 1000

/* What comes after the name is the remark, or else the time in microseconds when it is not too short to show. */
static void
put_line(ReportConsole *console, ReportStatus status, const char *label, const char *name, gint64 duration,
         const char *remark)
{
	g_autofree char *time = report_text_duration(duration);
	g_autofree char *time_remark = g_strdup_printf(" (%s)", time);

	put_status(console, status);
	put_padded(console, label, LABEL_WIDTH);
	fputs(name, console->stream);
	if (remark != NULL)
		fprintf(console->stream, "  %s", remark);
	else if (duration >= SHORTEST_TIME)
		put_coloured(console, dim, time_remark);
	putc('\n', console->stream);
}

/* Source, carets under it and differences stand as they are. */
static bool
console_is_text(const char *line)
{
	gsize digits = strspn(line, "0123456789");

	return strchr(" +-@|", *line) == NULL && !(digits > 0 && g_str_has_prefix(line + digits, " |"));
}

/* A line too wide for the terminal is broken between words. */
static void
put_wrapped(ReportConsole *console, const char *line)
{
	while (console->width > strlen(INDENT) && *line != '\0' && console_is_text(line)) {
		gsize length = report_text_fit(line, console->width - (guint)strlen(INDENT));
		if (line[length] == '\0')
			break;
		fprintf(console->stream, INDENT "%.*s\n", (int)length, line);
		line += length + strspn(line + length, " ");
	}
	fprintf(console->stream, "%s%s\n", *line != '\0' ? INDENT : "", line);
}

static void
put_indented(ReportConsole *console, const char *text)
{
	g_autofree char *clean = report_text_clean(text, TEXT_MAX, REPORT_TEXT_LINES);
	g_auto(GStrv) lines = g_strsplit(g_strchomp(clean), "\n", -1);
	guint count = g_strv_length(lines);

	for (guint i = 0; i < count && i < REPORT_CONSOLE_LINES; i++)
		put_wrapped(console, lines[i]);
	if (count > REPORT_CONSOLE_LINES)
		fprintf(console->stream, INDENT "[%u more lines]\n", count - REPORT_CONSOLE_LINES);
}

static void
announce_suite(ReportConsole *console, const ReportSuite *suite)
{
	if (console->suite_announced)
		return;
	console->suite_announced = true;
	g_autofree char *text = suite->title != NULL ? g_strdup_printf("%s: %s", suite->name, suite->title)
	                                             : g_strdup(suite->name);
	g_autofree char *line = clean_line(text);
	put_coloured(console, bold, line);
	putc('\n', console->stream);
}

/* --- Groups: passed cases on a terminal ---------------------------------- */

static char *
describe_group(const Group *group)
{
	const ReportCounts *counts = &group->counts;

	if (counts->passed == 1 && counts->failed + counts->errored + counts->skipped == 0)
		return clean_line(group->name);
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "%u passed", counts->passed);
	if (counts->failed > 0)
		g_string_append_printf(text, ", %u failed", counts->failed);
	if (counts->errored > 0)
		g_string_append_printf(text, ", %u %s", counts->errored, counts->errored == 1 ? "error" : "errors");
	if (counts->skipped > 0)
		g_string_append_printf(text, ", %u skipped", counts->skipped);
	return g_string_free(text, FALSE);
}

static void
put_group(ReportConsole *console, const Group *group)
{
	const ReportCounts *counts = &group->counts;
	ReportStatus status = REPORT_PASSED;

	/* Cases that did not pass have had lines of their own. */
	if (counts->passed == 0)
		return;
	if (counts->failed > 0)
		status = REPORT_FAILED;
	else if (counts->errored > 0)
		status = REPORT_ERRORED;
	g_autofree char *label = make_label(group->database, group->stage);
	g_autofree char *text = describe_group(group);
	put_line(console, status, label, text, group->duration, NULL);
}

/* The group of the case. Databases are worked on side by side, so each has a group of its own,
 * whose line is written when its database comes to another stage. */
static Group *
enter_group(ReportConsole *console, const ReportCase *test_case)
{
	Group *group = g_new0(Group, 1);

	group->database = g_strdup(test_case->database);
	group->stage = g_strdup(test_case->stage);
	for (guint i = 0; i < console->groups->len; i++) {
		Group *other = g_ptr_array_index(console->groups, i);
		if (g_strcmp0(other->database, group->database) != 0)
			continue;
		if (strcmp(other->stage, group->stage) == 0) {
			group_free(group);
			return other;
		}
		clear_progress(console);
		put_group(console, other);
		g_ptr_array_remove_index(console->groups, i);
		break;
	}
	g_ptr_array_add(console->groups, group);
	return group;
}

static void
count_in_group(ReportConsole *console, const ReportCase *test_case)
{
	Group *group = enter_group(console, test_case);

	if (test_case->status == REPORT_PASSED && group->name == NULL)
		group->name = g_strdup(test_case->name);
	report_counts_add(&group->counts, test_case->status);
	group->duration += MAX(test_case->duration, 0);
}

/* --- What is reported ----------------------------------------------------- */

void
report_console_begin_suite(ReportConsole *console, const ReportSuite *suite)
{
	console->suite_announced = false;
	g_ptr_array_set_size(console->groups, 0);
	if (console->flags & (REPORT_CONSOLE_QUIET | REPORT_CONSOLE_HOLD))
		return;
	clear_progress(console);
	announce_suite(console, suite);
	fflush(console->stream);
}

void
report_console_progress(ReportConsole *console, const char *what)
{
	const ReportCounts *counts = &console->counts;

	if (!(console->flags & REPORT_CONSOLE_PROGRESS))
		return;
	GString *text = g_string_new(NULL);
	g_string_printf(text, "  %u done", counts->passed + counts->failed + counts->errored + counts->skipped);
	if (counts->failed + counts->errored > 0)
		g_string_append_printf(text, ", %u not ok", counts->failed + counts->errored);
	g_string_append_printf(text, ": %s", what);
	g_autofree char *line = clean_line(text->str);
	g_string_free(text, TRUE);
	clear_progress(console);
	/* A line as wide as the terminal would wrap, and then it could not be overwritten. */
	put_coloured(console, dim, report_text_cut(line, terminal_width(console->stream) - 1));
	console->progress_shown = true;
	fflush(console->stream);
}

static void
put_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case)
{
	bool skipped = test_case->status == REPORT_SKIPPED;
	g_autofree char *label = make_label(test_case->database, test_case->stage);
	g_autofree char *name = clean_line(test_case->name);
	bool remarked = skipped || test_case->status == REPORT_PASSED;
	g_autofree char *remark = remarked && test_case->message != NULL ? clean_line(test_case->message) : NULL;

	clear_progress(console);
	announce_suite(console, suite);
	put_line(console, test_case->status, label, name, skipped ? 0 : test_case->duration, remark);
	if (skipped || test_case->status == REPORT_PASSED)
		return;
	g_autofree char *story = report_case_story(test_case);
	put_indented(console, story);
	if (test_case->output == NULL || *test_case->output == '\0')
		return;
	put_coloured(console, dim, INDENT "output:");
	putc('\n', console->stream);
	put_indented(console, test_case->output);
}

void
report_console_note(ReportConsole *console, const ReportSuite *suite, const char *label, const char *text)
{
	g_autofree char *clean_label = clean_line(label);
	g_autofree char *clean_text = clean_line(text);

	if (console->flags & (REPORT_CONSOLE_QUIET | REPORT_CONSOLE_HOLD))
		return;
	clear_progress(console);
	announce_suite(console, suite);
	fputs("  ", console->stream);
	put_coloured(console, dim, "note ");
	putc(' ', console->stream);
	put_padded(console, clean_label, LABEL_WIDTH);
	fprintf(console->stream, "%s\n", clean_text);
	fflush(console->stream);
}

void
report_console_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case)
{
	bool not_ok = test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED;
	bool quiet = console->flags & REPORT_CONSOLE_QUIET;
	bool grouped = !quiet && (console->flags & REPORT_CONSOLE_PROGRESS);

	report_counts_add(&console->counts, test_case->status);
	if (console->flags & REPORT_CONSOLE_HOLD)
		return;
	if (grouped)
		count_in_group(console, test_case);
	if (not_ok || (!quiet && (!grouped || test_case->message != NULL)))
		put_case(console, suite, test_case);
	fflush(console->stream);
}

void
report_console_end_suite(ReportConsole *console, const ReportSuite *suite)
{
	(void)suite;
	clear_progress(console);
	for (guint i = 0; i < console->groups->len; i++)
		put_group(console, g_ptr_array_index(console->groups, i));
	g_ptr_array_set_size(console->groups, 0);
	fflush(console->stream);
}

/* --- The end --------------------------------------------------------------- */

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
	return clean_line(place);
}

static void
put_failed_case(ReportConsole *console, const ReportRun *run, const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *label = make_label(test_case->database, test_case->stage);
	g_autofree char *name = clean_line(test_case->name);
	g_autofree char *place = find_place(suite, test_case);

	if (run->suites->len > 1) {
		g_autofree char *suite_name = clean_line(suite->name);
		char *longer = g_strdup_printf("%s: %s", suite_name, label);
		g_free(label);
		label = longer;
	}
	put_line(console, test_case->status, label, name, 0, place);
	if (test_case->message == NULL)
		return;
	g_autofree char *reason = clean_line(test_case->message);
	bool cut = report_text_width(reason) > REASON_WIDTH;
	g_autofree char *shown = g_strconcat(report_text_cut(reason, REASON_WIDTH), cut ? "..." : NULL, NULL);
	put_wrapped(console, shown);
}

static void
put_failed_cases(ReportConsole *console, const ReportRun *run, guint count)
{
	guint shown = 0;

	fprintf(console->stream, "\nnot ok:\n");
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len && shown < REPORT_CONSOLE_LINES; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (test_case->status != REPORT_FAILED && test_case->status != REPORT_ERRORED)
				continue;
			put_failed_case(console, run, suite, test_case);
			shown++;
		}
	}
	if (count > shown)
		fprintf(console->stream, INDENT "[%u more]\n", count - shown);
}

static void
put_total(ReportConsole *console, guint count, const char *word, const char *colour, const char *separator)
{
	g_autofree char *text = g_strdup_printf("%u %s", count, word);

	if (count > 0)
		put_coloured(console, colour, text);
	else
		fputs(text, console->stream);
	fputs(separator, console->stream);
}

void
report_console_end(ReportConsole *console, const ReportRun *run)
{
	ReportCounts counts = report_run_count(run);
	guint cases = counts.passed + counts.failed + counts.errored + counts.skipped;
	g_autofree char *time = report_text_duration(run->duration);

	clear_progress(console);
	if (counts.failed + counts.errored > 0)
		put_failed_cases(console, run, counts.failed + counts.errored);
	fprintf(console->stream, "\n%u %s in %s\n", cases, cases == 1 ? "case" : "cases", time);
	put_total(console, counts.passed, "passed", looks[REPORT_PASSED].colour, ", ");
	put_total(console, counts.failed, "failed", looks[REPORT_FAILED].colour, ", ");
	if (counts.errored > 0)
		put_total(console, counts.errored, counts.errored == 1 ? "error" : "errors",
		          looks[REPORT_ERRORED].colour, ", ");
	put_total(console, counts.skipped, "skipped", looks[REPORT_SKIPPED].colour, "\n");
	fflush(console->stream);
}
