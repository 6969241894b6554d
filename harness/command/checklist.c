/* pgassay checklist: conditions to check before, during and after a release, ticked by observations. */
#include "command/command.h"
#include "command/database/program.h"
#include "command/option/duration.h"
#include "command/option/outputs.h"
#include "command/option/timeouts.h"

#include "base/error.h"
#include "base/file.h"
#include "base/foreground.h"
#include "base/interrupt.h"
#include "checklist/checklist.h"
#include "checklist/during.h"
#include "checklist/evidence/evidence.h"
#include "db/environment.h"
#include "report/console/console.h"
#include "report/secrets.h"
#include "report/text.h"
#include "suite/checklist.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define CHECKLIST_EVIDENCE COMMAND_REPORT_FOLDER "/evidence.json"
#define CHECKLIST_NAME     30 /* columns for the sentence, to the left of the observation */
#define CHECKLIST_LINES    12 /* of the details of an item */
#define CHECKLIST_TEXT     ((gsize)4000)

typedef struct {
	char *phase;
	char *target;
	char *bindir;
	char *server;
	char *evidence;
	char *markdown;
	char *timeout;
	char *every;
	char *duration;
	char **reports;
	char **variables;
	CommandLimits limits;
	gboolean quiet;
} Options;

static void
checklist_options_clear(Options *options)
{
	g_free(options->phase);
	g_free(options->target);
	g_free(options->bindir);
	g_free(options->server);
	g_free(options->evidence);
	g_free(options->markdown);
	g_free(options->timeout);
	g_free(options->every);
	g_free(options->duration);
	g_strfreev(options->reports);
	g_strfreev(options->variables);
}

/* --- Printing --------------------------------------------------------------------------------- */

typedef struct {
	ReportConsoleFlags flags;
	bool quiet;
	bool progress; /* a line of progress is shown */
	guint n_items;
} Screen;

static void
screen_clear_progress(Screen *screen)
{
	if (screen->progress)
		printf("\r\033[K");
	screen->progress = false;
}

static void
screen_print_lines(const char *text)
{
	g_autofree char *hidden = report_secrets_hide(text);
	g_autofree char *clean = report_text_clean(hidden, CHECKLIST_TEXT, REPORT_TEXT_LINES);
	g_auto(GStrv) lines = g_strsplit(clean, "\n", -1);
	guint n = g_strv_length(lines);

	for (guint i = 0; i < MIN(n, CHECKLIST_LINES); i++)
		printf("        %s\n", lines[i]);
	if (n > CHECKLIST_LINES)
		printf("        ... and %u lines more, which the evidence has\n", n - CHECKLIST_LINES);
}

static void
screen_print_box(const Screen *screen, const ChecklistItem *item)
{
	bool colour = (screen->flags & REPORT_CONSOLE_COLOUR) != 0;
	ChecklistState state = item->result.state;
	const char *start = !colour                     ? ""
	                    : state == CHECKLIST_TICKED ? "\033[32m"
	                    : item->item->required      ? "\033[31m"
	                                                : "\033[33m";

	printf("  %s%s%s ", start, checklist_state_box(state), colour ? "\033[0m" : "");
}

static void
checklist_on_item(const ChecklistItem *item, gpointer data)
{
	Screen *screen = data;
	const ChecklistResult *result = &item->result;
	bool ticked = result->state == CHECKLIST_TICKED;

	screen_clear_progress(screen);
	if (screen->quiet && ticked)
		return;
	g_autofree char *hidden = report_secrets_hide(result->line);
	g_autofree char *line = report_text_clean(hidden, CHECKLIST_TEXT, REPORT_TEXT_LINE);
	g_autofree char *name = report_text_clean(item->item->name, CHECKLIST_TEXT, REPORT_TEXT_LINE);
	guint width = report_text_width(name);
	screen_print_box(screen, item);
	printf("%s%*s %s%s\n", name, (int)(width < CHECKLIST_NAME ? CHECKLIST_NAME - width : 0), "", line,
	       ticked || item->item->required ? "" : " (not required)");
	if (!ticked && result->details != NULL)
		screen_print_lines(result->details);
	if (!ticked && result->reproduce != NULL)
		screen_print_lines(result->reproduce);
	if (!ticked && result->hint != NULL) {
		g_autofree char *hint = g_strconcat("hint: ", result->hint, NULL);
		screen_print_lines(hint);
	}
	fflush(stdout);
}

static void
checklist_on_progress(guint n_known, const ChecklistItem *item, gpointer data)
{
	Screen *screen = data;

	if ((screen->flags & REPORT_CONSOLE_PROGRESS) == 0)
		return;
	g_autofree char *name = report_text_clean(item->item->name, CHECKLIST_NAME, REPORT_TEXT_LINE);
	printf("\r\033[K%u of %u known, next: %s", n_known, screen->n_items, name);
	screen->progress = true;
	fflush(stdout);
}

static void
checklist_print_heading(const ChecklistSurroundings *surroundings)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(surroundings->started / G_USEC_PER_SEC);
	g_autofree char *clock = g_date_time_format(time, "%H:%M UTC");

	if (surroundings->target == NULL)
		return;
	g_autofree char *target = report_text_clean(surroundings->target, CHECKLIST_TEXT, REPORT_TEXT_LINE);
	printf("target   %s, PostgreSQL %s, system %s, %s, read only\n", target, surroundings->version,
	       surroundings->identity.system != NULL ? surroundings->identity.system : "hidden", clock);
}

static void
checklist_print_end(const Checklist *checklist, const char *evidence, const char *sum)
{
	ChecklistCounts counts = checklist_count(checklist);

	printf("%u of %u required items are ticked%s", counts.ticked, counts.required,
	       counts.ticked < counts.required ? ": do not release" : "");
	if (counts.optional_open > 0)
		printf("; %u that need not be %s open", counts.optional_open, counts.optional_open == 1 ? "is" : "are");
	printf("\nevidence: %s (sha256 %s)\n", evidence, sum);
	fflush(stdout);
}

/* --- The work -------------------------------------------------------------------------------- */

typedef struct {
	Checklist *checklist;
	ChecklistOptions options;
	ChecklistSurroundings surroundings;
	GPtrArray *outputs;
	const char *evidence;
	const char *markdown;
	char **program;  /* the program that runs during the watch, with its arguments; NULL: none */
	gint64 every;    /* microseconds between two looks */
	gint64 duration; /* microseconds; 0: until the program ends, or a single look */
	bool failed;     /* the program */
} Work;

static bool
checklist_write_all(const Work *work, GError **error)
{
	g_autoptr(ReportRun) report = checklist_report(work->checklist, &work->surroundings);
	g_autofree char *sum = NULL;

	if (!checklist_evidence_write(work->checklist, &work->surroundings, work->evidence, &sum, error))
		return false;
	checklist_print_end(work->checklist, work->evidence, sum);
	if (work->markdown != NULL) {
		g_autofree char *text = checklist_markdown(work->checklist, &work->surroundings, sum);
		if (!base_file_write(work->markdown, "checklist", text, strlen(text), error))
			return false;
	}
	ReportSuite *suite = g_ptr_array_index(report->suites, 0);
	report_suite_add_property(suite, "evidence", work->evidence);
	report_suite_add_property(suite, "evidence.sha256", sum);
	return command_outputs_write(work->outputs, report, error);
}

/* --- While a migration runs ----------------------------------------------------------------------- */

static void
checklist_on_event(const ChecklistEvent *event, const ChecklistItem *item, gpointer data)
{
	gint64 at = event != NULL ? event->from : g_get_real_time();
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at / G_USEC_PER_SEC);
	g_autofree char *clock = g_date_time_format(time, "%H:%M:%S");
	g_autofree char *lasted = event != NULL ? report_text_duration(event->until - event->from) : NULL;
	const char *text = event != NULL ? event->what : item->result.line;
	g_autofree char *clean = report_text_clean(text, CHECKLIST_TEXT, REPORT_TEXT_LINE);

	(void)data;
	if (event != NULL)
		printf("%s  %s  (%s)\n", clock, clean, lasted);
	else
		printf("%s  ALARM  %s: %s\n", clock, item->item->name, clean);
	fflush(stdout);
}

/* *ret_code is the program's; 0 without one. */
static bool
checklist_wait(const Work *work, int *ret_code, GError **error)
{
	struct pollfd signals = { .fd = base_interrupt_fd(), .events = POLLIN };

	*ret_code = 0;
	if (work->program == NULL) {
		poll(&signals, 1, (int)MIN(work->duration / 1000, G_MAXINT));
		return base_interrupt_check(error);
	}
	g_auto(GStrv) environment = db_environment_copy();
	const BaseForeground program = { .arguments = (const char *const *)work->program,
		                         .environment = (const char *const *)environment,
		                         .timeout = work->duration,
		                         .timeout_option = "--for" };
	return base_foreground_run(&program, ret_code, error);
}

static bool
checklist_watch(Work *work, GError **error)
{
	gint64 began = g_get_monotonic_time();
	guint n_looks = 0;
	int code = 0;
	ChecklistWatch *watch = checklist_watch_begin(work->checklist, &work->options, &work->surroundings, work->every,
	                                              checklist_on_event);
	bool done = checklist_wait(work, &code, error);

	checklist_watch_end(watch, &n_looks);
	work->surroundings.duration = g_get_monotonic_time() - began;
	work->failed = !done || code != 0;
	work->surroundings.program = (const char *const *)work->program;
	work->surroundings.program_ended = done;
	work->surroundings.exit_code = code;
	if (done && work->program != NULL)
		printf("%s: exit code %d; looked %u times\n", work->program[0], code, n_looks);
	if (done)
		return checklist_ask(work->checklist, &work->options, &work->surroundings, error);
	for (guint i = 0; i < work->checklist->items->len; i++)
		checklist_on_item(g_ptr_array_index(work->checklist->items, i), work->options.data);
	return false;
}

static bool
checklist_ask_or_watch(Work *work, GError **error)
{
	if (work->program != NULL || work->duration > 0)
		return checklist_watch(work, error);
	return checklist_ask(work->checklist, &work->options, &work->surroundings, error);
}

static bool
checklist_do(Work *work, CommandResult *ret_result, GError **error)
{
	if (!checklist_look(work->checklist, &work->options, &work->surroundings, error))
		return false;
	checklist_print_heading(&work->surroundings);
	/* The reports are written even after an interruption, so that earlier observations are not lost. */
	bool asked = checklist_ask_or_watch(work, error);
	if (!checklist_write_all(work, asked ? error : NULL) || !asked)
		return false;
	ChecklistCounts counts = checklist_count(work->checklist);
	*ret_result = counts.ticked == counts.required && !work->failed ? COMMAND_OK : COMMAND_FAILED;
	return true;
}

static bool
checklist_check_options(const Options *options, int n_arguments, SuitePhase *ret_phase,
                        TargetReadingOptions *ret_reading, GError **error)
{
	gint64 limit = 0;

	if (n_arguments != 2)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay checklist --help\" explains it",
		                      n_arguments < 2 ? "name a suite, and --phase pre, during or post"
		                                      : "name one suite, and no more");
	*ret_phase = suite_phase_find(options->phase != NULL ? options->phase : "pre");
	if (*ret_phase == 0)
		return base_error_set(error, BASE_ERROR_USAGE, "there are: pre, during, post",
		                      "there is no phase \"%s\"", options->phase);
	if (!command_limits_check(&options->limits, ret_reading, error))
		return false;
	if (options->timeout == NULL)
		return true;
	if (!command_duration_parse("--timeout", options->timeout, &limit, error))
		return false;
	base_interrupt_limit(limit);
	return true;
}

/* The program after "--" runs during the watch. */
static bool
checklist_read_watching(const Options *options, SuitePhase phase, char **program, Work *work, GError **error)
{
	work->program = program;
	work->every = G_USEC_PER_SEC;
	if (options->every != NULL && !command_duration_parse("--every", options->every, &work->every, error))
		return false;
	if (options->duration != NULL && !command_duration_parse("--for", options->duration, &work->duration, error))
		return false;
	return phase == SUITE_PHASE_DURING || (program == NULL && work->duration == 0) ||
	       base_error_set(error, BASE_ERROR_USAGE, "add --phase during",
	                      "--for and a program belong to the phase \"during\"");
}

static bool
checklist_connect(const Options *options, Work *work, GError **error)
{
	if (options->target == NULL)
		return !checklist_needs_target(work->checklist) ||
		       base_error_set(error, BASE_ERROR_USAGE, "add --target URL",
		                      "items of the phase ask a database: which one?");
	work->options.endpoint = db_endpoint_new_conninfo(options->target, error);
	if (work->options.endpoint != NULL)
		db_endpoint_set_connect_timeout(work->options.endpoint, (guint)options->limits.connect_timeout);
	return work->options.endpoint != NULL;
}

static bool
command_checklist_ask(const Options *options, int n_arguments, char **arguments, char **program,
                      CommandResult *ret_result, GError **error)
{
	const char *const paths[] = { n_arguments > 1 ? arguments[1] : NULL, NULL };
	g_autoptr(GPtrArray) outputs = command_outputs_read(options->reports, false, error);
	SuitePhase phase = SUITE_PHASE_PRE;
	Work work = { .outputs = outputs,
		      .evidence = options->evidence != NULL ? options->evidence : CHECKLIST_EVIDENCE,
		      .markdown = options->markdown };

	if (outputs == NULL || !checklist_check_options(options, n_arguments, &phase, &work.options.reading, error) ||
	    !checklist_read_watching(options, phase, program, &work, error))
		return false;
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	g_autoptr(Checklist) checklist = plan != NULL ? checklist_load(plan, phase, options->variables, error) : NULL;
	if (checklist == NULL)
		return false;
	const RunOptions run = { .bindir = options->bindir,
		                 .server_url = options->server,
		                 .connect_timeout = (guint)options->limits.connect_timeout };
	Screen screen = { .flags = report_console_flags(stdout),
		          .quiet = options->quiet,
		          .n_items = checklist->items->len };
	work.checklist = checklist;
	work.options.run = &run;
	work.options.on_item = checklist_on_item;
	work.options.on_progress = checklist_on_progress;
	work.options.data = &screen;
	bool done = checklist_connect(options, &work, error) && checklist_do(&work, ret_result, error);
	screen_clear_progress(&screen);
	checklist_surroundings_clear(&work.surroundings);
	db_endpoint_unref(work.options.endpoint);
	return done;
}

/* --- Comparing ---------------------------------------------------------------------------------- */

static void
checklist_print_difference(const ChecklistDifference *difference)
{
	static const char signs[] = { '=', '~', '!', '!', '!' };

	printf("%c %s\n", signs[difference->kind], difference->item);
	if (difference->kind == CHECKLIST_SAME)
		return;
	printf("    %s\n    %s\n", difference->first != NULL ? difference->first : "(not there)",
	       difference->second != NULL ? difference->second : "(not there)");
}

static bool
command_checklist_compare(int n_arguments, char **arguments, CommandResult *ret_result, GError **error)
{
	g_auto(ChecklistComparison) comparison = { 0 };
	guint n_other = 0;

	if (n_arguments != 4)
		return base_error_set(error, BASE_ERROR_USAGE, NULL,
		                      "name two files: pgassay checklist compare staging.json production.json");
	if (!checklist_evidence_compare(arguments[2], arguments[3], &comparison, error))
		return false;
	printf("%s\n%s\n", comparison.first, comparison.second);
	for (guint i = 0; i < comparison.differences->len; i++) {
		const ChecklistDifference *difference = g_ptr_array_index(comparison.differences, i);
		checklist_print_difference(difference);
		n_other += difference->kind >= CHECKLIST_OTHER_STATE;
	}
	printf("%u of %u items are in another state\n", n_other, comparison.differences->len);
	*ret_result = n_other == 0 ? COMMAND_OK : COMMAND_FAILED;
	return true;
}

CommandResult
command_checklist(int n_arguments, char **arguments)
{
	Options options = { .limits = COMMAND_LIMITS_READING };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "phase", 0, 0, G_OPTION_ARG_STRING, &options.phase, "pre (default), during or post", "PHASE" },
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.target,
		  "the database that is asked; nothing is written there", "URL" },
		{ "variable", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.variables,
		  "what {{NAME}} stands for in probes; may be given several times", "NAME=VALUE" },
		{ "evidence", 0, 0, G_OPTION_ARG_FILENAME, &options.evidence,
		  "where the evidence goes (default: " CHECKLIST_EVIDENCE ")", "PATH" },
		{ "markdown", 0, 0, G_OPTION_ARG_FILENAME, &options.markdown,
		  "write the list as Markdown, for the ticket of the release", "PATH" },
		{ "report", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &options.reports,
		  "write a report; may be given several times", "FORMAT[=PATH]" },
		{ "every", 0, 0, G_OPTION_ARG_STRING, &options.every,
		  "of the phase during: the time between two looks (default: 1s)", "DURATION" },
		{ "for", 0, 0, G_OPTION_ARG_STRING, &options.duration,
		  "of the phase during: look for so long, or end the program after that", "DURATION" },
		{ "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout,
		  "end it after that time, as an error (default: never)", "DURATION" },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "build on this running server instead of one of our own", "URL" },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "show only what is not ticked", NULL },
		COMMAND_LIMITS_OPTIONS(options.limits),
		{ NULL },
	};

	char **program = command_program_split(&n_arguments, arguments);
	if (command_parse("checklist", entries, &n_arguments, &arguments, &result)) {
		bool compares = n_arguments > 1 && strcmp(arguments[1], "compare") == 0;
		if (!(compares ? command_checklist_compare(n_arguments, arguments, &result, &error)
		               : command_checklist_ask(&options, n_arguments, arguments, program, &result, &error)))
			result = command_error(error);
	}
	checklist_options_clear(&options);
	return result;
}
