/* pgassay run: the main job. */
#include "command/command.h"
#include "command/duration.h"
#include "command/outputs.h"
#include "command/selecting.h"
#include "command/timeouts.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "base/nearest.h"
#include "report/format.h"
#include "run/run.h"

#include <stdio.h>
#include <string.h>

typedef struct {
	char *bindir;
	char *server;
	gint connect_timeout;
	char **reports;
	gboolean keep;
	gboolean keep_failed;
	gboolean quiet;
	char **only;
	char **stages;
	gboolean fail_fast;
	gboolean list;
	gint threads;
	char *timeout;
} Options;

/* For the program being killed, after which it can write nothing more. */
static const char not_ended[] = "the run has not come to its end\n"
				"hint: it was killed, or it is still going on: this is not its result";

/* Says why the run was interrupted, when it was its time that is over. */
static CommandResult
judge_interruption(void)
{
	g_autoptr(GError) error = NULL;

	if (!base_interrupt_is_limit())
		return COMMAND_INTERRUPTED;
	base_interrupt_check(&error);
	return command_error(error);
}

static bool
start_timer(const char *timeout, GError **error)
{
	gint64 limit = 0;

	if (timeout == NULL)
		return true;
	if (!command_duration_parse("--timeout", timeout, &limit, error))
		return false;
	base_interrupt_limit(limit);
	return true;
}

/* *ret_reported: what there is to say stands in the reports, as far as those could be written. */
static bool
command_run_test(const Options *options, const char *const *paths, const GPtrArray *outputs, bool *ret_reported,
                 CommandResult *ret_result, GError **error)
{
	if (!command_check_seconds("--connect-timeout", options->connect_timeout, error) ||
	    !start_timer(options->timeout, error))
		return false;
	g_autoptr(RunPlan) plan = command_outputs_replace(outputs, not_ended, error) ? run_plan_load(paths, error)
	                                                                             : NULL;
	g_auto(RunResult) result = { 0 };

	if (plan == NULL)
		return false;
	g_autoptr(RunSelection) selection = command_selecting_read(options->only, options->stages, plan, error);
	if (selection == NULL)
		return false;
	g_autoptr(ReportConsole) console = report_console_new(stdout, report_console_flags(stdout) |
	                                                                  (options->quiet ? REPORT_CONSOLE_QUIET : 0));
	const RunOptions run_options = { .bindir = options->bindir,
		                         .server_url = options->server,
		                         .connect_timeout = (guint)options->connect_timeout,
		                         .keep = options->keep,
		                         .keep_failed = options->keep_failed,
		                         .selection = selection,
		                         .fail_fast = options->fail_fast,
		                         .threads = (guint)MAX(options->threads, 0),
		                         .console = console };
	if (!run_all(plan, &run_options, &result, error))
		return false;
	bool whole = !result.interrupted && !result.lost && !options->fail_fast;
	if (whole && !command_selecting_check_used(selection, result.report, error))
		return false;
	*ret_reported = true;
	bool written = command_outputs_write(outputs, result.report, error);
	for (guint i = 0; i < result.messages->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(result.messages, i));
	report_console_end(console, result.report);
	fflush(stdout);
	*ret_result = result.interrupted ? judge_interruption()
	              : result.lost      ? COMMAND_ENVIRONMENT
	                                 : command_judge(result.report);
	return written;
}

/* What was asked for is not known; the report at the default place is not of this run. */
static void
replace_default_report(void)
{
	g_autoptr(GPtrArray) outputs = command_outputs_read(NULL, true, NULL);

	command_outputs_replace(outputs, "the command line is wrong: nothing was tested", NULL);
}

/* Nothing is run, so that no report is written either. */
static bool
command_run_list(const Options *options, const char *const *paths, GError **error)
{
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	g_autoptr(RunSelection)
	    selection = plan != NULL ? command_selecting_read(options->only, options->stages, plan, error) : NULL;

	if (selection == NULL)
		return false;
	command_selecting_list(plan, selection);
	return true;
}

static bool
command_run_run(const Options *options, const char *const *paths, CommandResult *ret_result, GError **error)
{
	if (options->list)
		return command_run_list(options, paths, error);
	g_autoptr(GPtrArray) outputs = command_outputs_read(options->reports, true, error);
	g_autoptr(GError) cause = NULL;
	bool reported = false;

	if (outputs == NULL) {
		replace_default_report();
		return false;
	}
	bool done = command_run_test(options, paths, outputs, &reported, ret_result, &cause);
	if (!reported)
		command_outputs_write_error(outputs, cause->message);
	if (!done)
		g_propagate_error(error, g_steal_pointer(&cause));
	return done;
}

CommandResult
command_run(int n_arguments, char **arguments)
{
	Options options = { .connect_timeout = DB_CONNECT_TIMEOUT };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "report", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &options.reports,
		  "write a report; may be given several times (default: junit=" COMMAND_REPORT_FOLDER "/junit.xml)",
		  "FORMAT[=PATH]" },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "use this running server instead of one of our own; only databases that pgassay made there are "
		  "dropped",
		  "URL" },
		{ "keep", 0, 0, G_OPTION_ARG_NONE, &options.keep, "keep the scratch databases and say how to open them",
		  NULL },
		{ "keep-failed", 0, 0, G_OPTION_ARG_NONE, &options.keep_failed, "keep those in which a case failed",
		  NULL },
		{ "threads", 'j', 0, G_OPTION_ARG_INT, &options.threads,
		  "databases to work on at once (default: processors)", "N" },
		{ "only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.only,
		  "only the cases that fit: DATABASE, DATABASE/STAGE or DATABASE/STAGE/CASE, with * for any text; may "
		  "be "
		  "given several times",
		  "GLOB" },
		{ "stage", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.stages,
		  "only that stage (\"round trip\", rows, crash, ...); may be given several times", "GLOB" },
		{ "fail-fast", 0, 0, G_OPTION_ARG_NONE, &options.fail_fast, "end the run at the first failure", NULL },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &options.list, "print the names that --only takes, and run nothing",
		  NULL },
		{ "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout,
		  "end the run after that time, as an error (default: none)", "DURATION" },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "show only what is not passed, and the totals",
		  NULL },
		COMMAND_CONNECT_TIMEOUT(options.connect_timeout),
		{ NULL },
	};

	bool parsed = command_parse("run", entries, &n_arguments, &arguments, &result);
	if (!parsed && result == COMMAND_USAGE)
		replace_default_report();
	if (parsed && !command_run_run(&options, (const char *const *)arguments + 1, &result, &error)) {
		CommandResult why = command_error(error);
		/* Of a report that could not be written and a case that failed, the case is the more important. */
		result = result == COMMAND_OK ? why : result;
	}
	g_free(options.bindir);
	g_free(options.server);
	g_free(options.timeout);
	g_strfreev(options.reports);
	g_strfreev(options.only);
	g_strfreev(options.stages);
	return result;
}
