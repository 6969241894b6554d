/* pgassay drift: a database that runs, held against the end of the migrations. */
#include "command/command.h"
#include "command/option/outputs.h"
#include "command/option/timeouts.h"
#include "command/side/job.h"
#include "command/side/side.h"

#include "base/error.h"
#include "run/drift.h"

#include <stdio.h>

typedef struct {
	char *bindir;
	char *server;
	char *target;
	char **reports;
	CommandLimits limits;
	gboolean quiet;
} Options;

static bool
check_options(const Options *options, int n_arguments, TargetReadingOptions *ret_reading, GError **error)
{
	if (options->target == NULL && n_arguments > 1)
		return base_error_set(error, BASE_ERROR_USAGE, "add --target URL; it is only read",
		                      "drift needs the database that is compared with the suite");
	if (n_arguments < 2 || n_arguments > 3)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay drift --help\" explains it",
		                      "name a suite (and, when it has several, one of its databases) and --target URL");
	return command_limits_check(&options->limits, ret_reading, error);
}

/* The subject named by "SUITE" or "SUITE@VERSION" and the name of a database. */
typedef struct {
	RunPlan *plan;
	const RunJob *job;
	const Migration *until; /* or NULL */
} Subject;

static void
command_drift_subject_clear(Subject *subject)
{
	run_plan_free(subject->plan);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, command_drift_subject_clear)

static bool
command_drift_find_version(const char *version, Subject *subject, GError **error)
{
	const RunJob *job = subject->job;
	guint index = 0;

	if (version == NULL)
		return true;
	subject->until = migration_set_find(job->set, version);
	if (subject->until == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "write its version, or the name of its file",
		                      "there is no migration \"%s\" in \"%s\"", version, job->set->directory);
	if (g_ptr_array_find(job->set->migrations, subject->until, &index) && index + 1 < job->n_baseline)
		return base_error_set(error, BASE_ERROR_USAGE, "name the baseline's version, or a later one",
		                      "\"%s\" is in the middle of the baseline", version);
	return true;
}

static bool
command_drift_load(int n_arguments, char **arguments, Subject *subject, GError **error)
{
	g_autofree char *path = NULL;
	g_autofree char *database = NULL;
	g_autofree char *version = NULL;

	command_side_split(arguments[1], &path, &database, &version);
	const char *const paths[] = { path, NULL };
	subject->plan = run_plan_load(paths, error);
	if (subject->plan != NULL)
		subject->job = command_find_job(subject->plan, n_arguments > 2 ? arguments[2] : database, error);
	return subject->job != NULL && command_drift_find_version(version, subject, error);
}

static bool
command_drift_run(const Options *options, int n_arguments, char **arguments, CommandResult *ret_result, GError **error)
{
	g_auto(Subject) subject = { 0 };
	g_autoptr(GPtrArray) outputs = command_outputs_read(options->reports, false, error);
	g_autoptr(ReportRun) report = NULL;
	TargetReadingOptions reading = { 0 };

	if (outputs == NULL || !check_options(options, n_arguments, &reading, error) ||
	    !command_drift_load(n_arguments, arguments, &subject, error))
		return false;
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->target, error);
	if (endpoint == NULL)
		return false;
	db_endpoint_set_connect_timeout(endpoint, (guint)options->limits.connect_timeout);
	g_autoptr(ReportConsole) console = report_console_new(stdout, report_console_flags(stdout) |
	                                                                  (options->quiet ? REPORT_CONSOLE_QUIET : 0));
	const RunOptions run_options = { .bindir = options->bindir,
		                         .server_url = options->server,
		                         .connect_timeout = (guint)options->limits.connect_timeout,
		                         .console = console };
	const RunDrift drift = { .job = subject.job,
		                 .until = subject.until,
		                 .endpoint = endpoint,
		                 .reading = reading,
		                 .run = &run_options };
	if (!run_drift(&drift, &report, error))
		return false;
	bool written = command_outputs_write(outputs, report, error);
	report_console_end(console, report);
	fflush(stdout);
	*ret_result = command_judge(report);
	return written;
}

CommandResult
command_drift(int n_arguments, char **arguments)
{
	Options options = { .limits = COMMAND_LIMITS_READING };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.target,
		  "the database to compare; nothing is written there", "URL" },
		{ "report", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &options.reports,
		  "write a report; may be given several times", "FORMAT[=PATH]" },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "build on this running server instead of one of our own", "URL" },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "show only what is not passed, and the totals",
		  NULL },
		COMMAND_COLOUR,
		COMMAND_LIMITS_OPTIONS(options.limits),
		{ NULL },
	};

	if (command_parse("drift", entries, &n_arguments, &arguments, &result) &&
	    !command_drift_run(&options, n_arguments, arguments, &result, &error)) {
		CommandResult why = command_error(error);
		result = result == COMMAND_OK ? why : result;
	}
	g_free(options.bindir);
	g_free(options.server);
	g_free(options.target);
	g_strfreev(options.reports);
	return result;
}
