#include "command/running.h"
#include "command/duration.h"
#include "command/outputs.h"
#include "command/selecting.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "report/cause.h"

#include <stdio.h>

void
command_running_clear(CommandRunning *running)
{
	g_free(running->bindir);
	g_free(running->server);
	g_free(running->timeout);
	g_strfreev(running->reports);
	g_strfreev(running->only);
	g_strfreev(running->stages);
}

static void
running_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

/* For the program being killed, after which it can write nothing more. */
static const char not_ended[] = "the run has not come to its end\n"
				"hint: it was killed, or it is still going on: this is not its result";

/* Says why the run was interrupted, when it was its time that is over. */
static CommandResult
running_judge_interruption(void)
{
	g_autoptr(GError) error = NULL;

	if (!base_interrupt_is_limit())
		return COMMAND_INTERRUPTED;
	base_interrupt_check(&error);
	return command_error(error);
}

static bool
running_start_timer(const char *timeout, GError **error)
{
	gint64 limit = 0;

	if (timeout == NULL)
		return true;
	if (!command_duration_parse("--timeout", timeout, &limit, error))
		return false;
	base_interrupt_limit(limit);
	return true;
}

static bool
running_check_selection(const CommandRunning *options, const RunSelection *selection, const RunResult *result,
                        GError **error)
{
	bool whole = !result->interrupted && !result->lost && !options->fail_fast;

	return !whole || command_selecting_check_used(selection, result->report, error);
}

/* *ret_reported: what there is to say stands in the reports, as far as those could be written. */
static bool
running_test(const CommandRunning *options, const CommandWork *work, const GPtrArray *outputs, bool *ret_reported,
             CommandResult *ret_result, GError **error)
{
	if (!command_check_seconds("--connect-timeout", options->connect_timeout, error) ||
	    !running_start_timer(options->timeout, error))
		return false;
	g_auto(RunResult) result = { 0 };
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(running_stop_server);
	ReportConsoleFlags flags = report_console_flags(stdout) | (options->quiet ? REPORT_CONSOLE_QUIET : 0) |
	                           (options->verbose ? REPORT_CONSOLE_VERBOSE : 0);
	g_autoptr(ReportConsole) console = report_console_new(stdout, flags);
	/* What is judged later is shown later. */
	g_autoptr(ReportConsole)
	    progress = work->judge != NULL ? report_console_new(stdout, flags | REPORT_CONSOLE_HOLD) : NULL;
	RunOptions run_options = { .bindir = options->bindir,
		                   .server_url = options->server,
		                   .connect_timeout = (guint)options->connect_timeout,
		                   .keep = options->keep,
		                   .keep_failed = options->keep_failed,
		                   .fail_fast = options->fail_fast,
		                   .threads = (guint)MAX(options->threads, 0),
		                   .describe = command_outputs_want_schema(outputs),
		                   .console = progress != NULL ? progress : console,
		                   .servers = servers };
	g_autoptr(RunPlan) plan = command_outputs_replace(outputs, not_ended, error)
	                              ? work->plan(work->data, &run_options, error)
	                              : NULL;
	g_autoptr(RunSelection)
	    selection = plan != NULL ? command_selecting_read(options->only, options->stages, plan, error) : NULL;
	static const char *const plain[] = { "pgassay", "run", NULL };
	g_auto(GStrv) again = plan != NULL && work->command != NULL ? work->command(work->data) : NULL;
	run_options.command = again != NULL ? (const char *const *)again : plain;
	run_options.names_suites = again == NULL;
	run_options.selection = selection;
	if (selection == NULL || !run_all(plan, &run_options, &result, error) ||
	    !running_check_selection(options, selection, &result, error) ||
	    (work->judge != NULL && !work->judge(work->data, plan, &run_options, &result, error)))
		return false;
	*ret_reported = true;
	/* Of what the command itself has added, too. */
	report_run_find_causes(result.report);
	g_clear_pointer(&progress, report_console_free);
	if (work->judge != NULL)
		report_console_replay(console, result.report);
	bool written = command_outputs_write(outputs, result.report, error);
	for (guint i = 0; i < result.messages->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(result.messages, i));
	report_console_end(console, result.report);
	fflush(stdout);
	*ret_result = result.interrupted ? running_judge_interruption()
	              : result.lost      ? COMMAND_ENVIRONMENT
	                                 : command_judge(result.report);
	return written;
}

/* What was asked for is not known; the report at the default place is not of this run. */
void
command_running_replace_report(void)
{
	g_autoptr(GPtrArray) outputs = command_outputs_read(NULL, true, NULL);

	command_outputs_replace(outputs, "the command line is wrong: nothing was tested", NULL);
}

/* Nothing is run, so that no report is written either. */
static bool
running_list(const CommandRunning *running, const CommandWork *work, GError **error)
{
	const RunOptions options = { 0 };
	g_autoptr(RunPlan) plan = work->plan(work->data, &options, error);
	g_autoptr(RunSelection)
	    selection = plan != NULL ? command_selecting_read(running->only, running->stages, plan, error) : NULL;

	if (selection == NULL)
		return false;
	command_selecting_list(plan, selection);
	return true;
}

bool
command_running_run(const CommandRunning *running, const CommandWork *work, CommandResult *ret_result, GError **error)
{
	if (running->list)
		return running_list(running, work, error);
	g_autoptr(GPtrArray) outputs = command_outputs_read(running->reports, true, error);
	g_autoptr(GError) cause = NULL;
	bool reported = false;

	if (outputs == NULL) {
		command_running_replace_report();
		return false;
	}
	bool done = running_test(running, work, outputs, &reported, ret_result, &cause);
	if (!reported)
		command_outputs_write_error(outputs, cause->message);
	if (!done)
		g_propagate_error(error, g_steal_pointer(&cause));
	return done;
}
