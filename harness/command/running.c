#include "command/running.h"
#include "command/matrix.h"
#include "command/option/duration.h"
#include "command/option/outputs.h"
#include "command/option/selecting.h"
#include "command/repro/bundles.h"
#include "command/repro/failed.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "report/cause.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 1000

void
command_running_clear(CommandRunning *running)
{
	g_free(running->bindir);
	g_free(running->server);
	g_free(running->timeout);
	g_free(running->repro);
	g_strfreev(running->reports);
	g_strfreev(running->only);
	g_strfreev(running->stages);
	g_strfreev(running->publish);
	g_free(running->shard);
	g_free(running->durations);
	g_free(running->format);
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

/* A part of the work may not have the case. */
static bool
running_check_selection(const CommandRunning *options, const RunSelection *selection, const RunResult *result,
                        GError **error)
{
	bool whole = !result->interrupted && !result->lost && !options->fail_fast && result->report->n_shards == 0;

	return !whole || command_selecting_check_used(selection, result->report, error);
}

/* The state while suites are run. */
typedef struct {
	const CommandRunning *options;
	const CommandWork *work;
	const GPtrArray *outputs;
	RunShard shard;
	ReportDurations *durations; /* NULL: not wanted */
	GPtrArray *publish;         /* where the result is published */
	gint publish_timeout;       /* seconds */
	char *repro;                /* the folder of bundles; NULL: none */
	FILE *stream;               /* where programs read what happens; NULL: people read standard output */
	ReportConsole *console;
	ReportConsole *progress; /* shows progress if findings are judged later; or NULL */
	bool reported;           /* the reports contain everything, as far as they could be written */
} Running;

static void
running_clear(Running *running)
{
	report_durations_free(running->durations);
	g_clear_pointer(&running->publish, g_ptr_array_unref);
	g_free(running->repro);
	report_console_free(running->progress);
	report_console_free(running->console);
	if (running->stream != NULL)
		fclose(running->stream);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Running, running_clear)

/* Standard output is only for objects then; other output goes to standard error. */
static FILE *
running_open_stream(GError **error)
{
	fflush(stdout);
	int descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	FILE *stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;

	if (stream == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not open standard output again: %s",
		               g_strerror(errno));
		if (stream != NULL)
			fclose(stream);
		return NULL;
	}
	return stream;
}

/* Cases that are judged at the end are shown then. */
static bool
running_shows_later(const Running *running)
{
	return (running->work->judge != NULL && !running->work->shows_at_once) || running->options->matrix;
}

static bool
running_open_console(Running *running, GError **error)
{
	const CommandRunning *options = running->options;
	bool json = g_strcmp0(options->format, "json") == 0;

	if (options->format != NULL && !json && strcmp(options->format, "text") != 0)
		return base_error_set(error, BASE_ERROR_USAGE, "there are text and json",
		                      "--format \"%s\" is no way to print a run", options->format);
	running->stream = json ? running_open_stream(error) : NULL;
	if (json && running->stream == NULL)
		return false;
	FILE *stream = json ? running->stream : stdout;
	ReportConsoleFlags flags = (json ? REPORT_CONSOLE_JSON : report_console_flags(stream)) |
	                           (options->quiet ? REPORT_CONSOLE_QUIET : 0) |
	                           (options->verbose ? REPORT_CONSOLE_VERBOSE : 0);
	running->console = report_console_new(stream, flags);
	/* Cases that are judged later are shown later. */
	if (running_shows_later(running))
		running->progress = report_console_new(stream, flags | REPORT_CONSOLE_HOLD);
	return true;
}

static bool
running_read_shard(const CommandRunning *options, RunShard *ret_shard, GError **error)
{
	g_auto(GStrv) environment = g_get_environ();

	return options->shard == NULL || run_shard_read(options->shard, environment, ret_shard, error);
}

/* A part of the work has no verdict to be published. */
static bool
running_read_publish(Running *running, GError **error)
{
	running->publish_timeout = running->options->publish_timeout;
	running->publish = command_publishing_read(running->options->publish, &running->publish_timeout, error);
	if (running->publish == NULL || running->publish->len == 0 || running->shard.of <= 1)
		return running->publish != NULL;
	g_ptr_array_set_size(running->publish, 0);
	return base_error_set(error, BASE_ERROR_USAGE, "publish the result of \"pgassay report merge\"",
	                      "--publish does not go with a part of the work");
}

/* Each has connections of its own; 0: one for each processor. */
static bool
running_check_threads(const CommandRunning *options, GError **error)
{
	return (options->threads >= 0 && options->threads <= THREADS_MAX) ||
	       base_error_set(error, BASE_ERROR_USAGE, NULL, "--threads is a number from 1 to %d", THREADS_MAX);
}

/* One server, or parts of the work, have no matrix. */
static bool
running_check_matrix(const CommandRunning *options, GError **error)
{
	if (!options->matrix || (options->server == NULL && options->shard == NULL))
		return true;
	return base_error_set(error, BASE_ERROR_USAGE, NULL, "--matrix does not go with --%s",
	                      options->server != NULL ? "server" : "shard");
}

static bool
running_prepare(Running *running, GError **error)
{
	const CommandRunning *options = running->options;

	if (!running_check_matrix(options, error) || !running_check_threads(options, error) ||
	    !running_read_shard(options, &running->shard, error) || !running_read_publish(running, error) ||
	    !running_open_console(running, error) ||
	    !command_check_seconds("--connect-timeout", options->connect_timeout, error) ||
	    !running_start_timer(options->timeout, error))
		return false;
	if (options->durations != NULL)
		running->durations = report_durations_read(options->durations, error);
	return (options->durations == NULL || running->durations != NULL) &&
	       command_outputs_replace(running->outputs, running->shard, not_ended, error);
}

/* The durations of a run that ended early are not representative. */
static bool
running_write_durations(Running *running, const RunResult *result, GError **error)
{
	if (running->durations == NULL || result->interrupted || result->lost || running->options->fail_fast)
		return true;
	report_durations_take(running->durations, result->report);
	return report_durations_write(running->durations, running->options->durations, error);
}

static bool
running_keep_failed(const RunPlan *plan, const RunOptions *options, RunResult *result, GError **error)
{
	return !options->keep_failed || result->interrupted || result->lost ||
	       command_repro_keep_failed(plan, options, result, error);
}

static bool
running_report(Running *running, const RunPlan *plan, const RunOptions *options, const RunResult *result,
               CommandResult *ret_result, GError **error)
{
	running->reported = true;
	/* Covers the cases that the command has added, too. */
	report_run_find_causes(result->report);
	g_clear_pointer(&running->progress, report_console_free);
	if (running->work->shows_migrations != NULL && running->work->shows_migrations(running->work->data))
		report_console_replay_compact(running->console, result->report);
	else if (running_shows_later(running))
		report_console_replay(running->console, result->report);
	bool written = command_outputs_write(running->outputs, result->report, error);
	written = running_write_durations(running, result, written ? error : NULL) && written;
	command_repro_bundles_write(running->repro, plan, options->servers, result);
	for (guint i = 0; i < result->messages->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(result->messages, i));
	if (!result->interrupted)
		command_publishing_do(running->publish, running->publish_timeout, result->report);
	report_console_end(running->console, result->report);
	fflush(stdout);
	*ret_result = result->interrupted ? running_judge_interruption()
	              : result->lost      ? COMMAND_ENVIRONMENT
	                                  : command_judge(result->report);
	return written;
}

static bool
running_run_all(const Running *running, const RunPlan *plan, const RunOptions *options, RunResult *ret_result,
                GError **error)
{
	return running->options->matrix ? command_matrix_run(running->work, plan, options, ret_result, error)
	                                : run_all(plan, options, ret_result, error);
}

static bool
running_test(Running *running, CommandResult *ret_result, GError **error)
{
	const CommandRunning *options = running->options;
	const CommandWork *work = running->work;
	g_auto(RunResult) result = { 0 };
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(running_stop_server);
	RunOptions run_options = { .bindir = options->bindir,
		                   .server_url = options->server,
		                   .connect_timeout = (guint)options->connect_timeout,
		                   .keep = options->keep,
		                   .keep_failed = options->keep_failed,
		                   .tcp = options->tcp,
		                   .fail_fast = options->fail_fast,
		                   .shard = running->shard,
		                   .durations = running->durations,
		                   .threads = (guint)options->threads,
		                   .note_commit = command_outputs_want_commit(running->outputs),
		                   .describe = command_outputs_want_schema(running->outputs),
		                   .console = running->progress != NULL ? running->progress : running->console,
		                   .servers = servers };
	g_autofree char *beside = command_outputs_beside(running->outputs, "repro");
	running->repro = command_repro_bundles_begin(options->repro, beside);
	g_autoptr(RunPlan) plan = work->plan(work->data, &run_options, error);
	g_autoptr(RunSelection)
	    selection = plan != NULL ? command_selecting_read(options->only, options->stages, plan, error) : NULL;
	static const char *const plain[] = { "pgassay", "run", NULL };
	static const char *const matrix[] = { "pgassay", "run", "--matrix", NULL };
	g_auto(GStrv) again = plan != NULL && work->command != NULL ? work->command(work->data) : NULL;

	run_options.command = again != NULL ? (const char *const *)again : options->matrix ? matrix : plain;
	run_options.names_suites = again == NULL;
	run_options.selection = selection;
	return selection != NULL && running_run_all(running, plan, &run_options, &result, error) &&
	       (work->judge == NULL || work->judge(work->data, plan, &run_options, &result, error)) &&
	       running_check_selection(options, selection, &result, error) &&
	       running_keep_failed(plan, &run_options, &result, error) &&
	       running_report(running, plan, &run_options, &result, ret_result, error);
}

/* The options are not known; the report at the default path must not stay from an earlier run. */
void
command_running_replace_report(void)
{
	g_autoptr(GPtrArray) outputs = command_outputs_read(NULL, true, NULL);

	command_outputs_replace(outputs, (RunShard){ 0 }, "the command line is wrong: nothing was tested", NULL);
}

/* Nothing is run, so that no report is written either. */
static bool
running_list(const CommandRunning *running, const CommandWork *work, GError **error)
{
	RunOptions options = { 0 };
	g_autoptr(ReportDurations) durations = running->durations != NULL
	                                           ? report_durations_read(running->durations, error)
	                                           : report_durations_new();
	g_autoptr(RunPlan) plan = durations != NULL && running_read_shard(running, &options.shard, error)
	                              ? work->plan(work->data, &options, error)
	                              : NULL;
	g_autoptr(RunSelection)
	    selection = plan != NULL ? command_selecting_read(running->only, running->stages, plan, error) : NULL;

	if (selection == NULL)
		return false;
	options.selection = selection;
	options.durations = durations;
	g_autoptr(RunDivision) division = run_divide(plan, &options);
	command_selecting_list(plan, selection, division);
	return true;
}

/* A report of an earlier run must not stand for this one. */
static void
running_publish_error(const Running *running, const char *message)
{
	g_autoptr(ReportRun) report = command_outputs_report_error(running->shard, message);

	if (!base_interrupted())
		command_publishing_do(running->publish, running->publish_timeout, report);
}

bool
command_running_run(const CommandRunning *options, const CommandWork *work, CommandResult *ret_result, GError **error)
{
	if (options->list)
		return running_list(options, work, error);
	g_autoptr(GPtrArray) outputs = command_outputs_read(options->reports, true, error);
	g_autoptr(GError) cause = NULL;

	if (outputs == NULL) {
		command_running_replace_report();
		return false;
	}
	g_auto(Running) running = { .options = options, .work = work, .outputs = outputs };
	bool done = running_prepare(&running, &cause) && running_test(&running, ret_result, &cause);
	if (!running.reported)
		command_outputs_write_error(outputs, running.shard, cause->message);
	if (!running.reported && running.publish != NULL)
		running_publish_error(&running, cause->message);
	if (!done && running.console != NULL)
		report_console_error(running.console, cause->message);
	if (!done)
		g_propagate_error(error, g_steal_pointer(&cause));
	return done;
}
