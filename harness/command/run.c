/* pgassay run: the main job. */
#include "command/command.h"

#include "base/error.h"
#include "base/nearest.h"
#include "report/format.h"
#include "run/run.h"

#include <stdio.h>
#include <string.h>

#define REPORT_FOLDER "build/reports"

typedef struct {
	char *bindir;
	char *server;
	char **reports;
	gboolean keep;
	gboolean keep_failed;
	gboolean quiet;
	gint threads;
} Options;

/* A report that was asked for. */
typedef struct {
	const ReportFormat *format;
	char *path;
} Output;

static void
output_free(gpointer data)
{
	Output *output = data;

	g_free(output->path);
	g_free(output);
}

static void
add_output(GPtrArray *outputs, const ReportFormat *format, char *path)
{
	Output *output = g_new0(Output, 1);

	output->format = format;
	output->path = path;
	g_ptr_array_add(outputs, output);
}

static bool
refuse_format(const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const ReportFormat *format = report_formats(); format->name != NULL; format++)
		g_ptr_array_add(names, (gpointer)format->name);
	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	g_autofree char *hint = g_strdup_printf("write --report FORMAT=PATH; the formats are: %s", all);
	return base_error_set(error, BASE_ERROR_USAGE, hint, "there is no report format \"%s\"", name);
}

/* Reads --report FORMAT=PATH; without any, JUnit goes to its default place. */
static GPtrArray *
read_outputs(char **reports, GError **error)
{
	g_autoptr(GPtrArray) outputs = g_ptr_array_new_with_free_func(output_free);

	for (char **report = reports; report != NULL && *report != NULL; report++) {
		const char *equals = strchr(*report, '=');
		g_autofree char *name = equals != NULL ? g_strndup(*report, (gsize)(equals - *report))
		                                       : g_strdup(*report);
		const ReportFormat *format = report_format_find(name);
		if (format == NULL) {
			refuse_format(name, error);
			return NULL;
		}
		bool has_path = equals != NULL && equals[1] != '\0';
		add_output(outputs, format,
		           has_path ? g_strdup(equals + 1) : g_build_filename(REPORT_FOLDER, format->file_name, NULL));
	}
	if (outputs->len == 0) {
		const ReportFormat *junit = report_format_find("junit");
		add_output(outputs, junit, g_build_filename(REPORT_FOLDER, junit->file_name, NULL));
	}
	return g_steal_pointer(&outputs);
}

/* Writes all reports that can be written; false with the first error when one cannot. */
static bool
write_outputs(const GPtrArray *outputs, const ReportRun *report, GError **error)
{
	GError *first = NULL;

	for (guint i = 0; i < outputs->len; i++) {
		const Output *output = g_ptr_array_index(outputs, i);
		if (report_format_write(output->format, report, output->path, first == NULL ? &first : NULL))
			printf("report: %s\n", output->path);
	}
	if (first == NULL)
		return true;
	g_propagate_error(error, first);
	return false;
}

static CommandResult
judge(const ReportRun *report)
{
	ReportCounts counts = report_run_count(report);

	if (counts.failed > 0 || counts.errored > 0)
		return COMMAND_FAILED;
	if (counts.passed > 0)
		return COMMAND_OK;
	fprintf(stderr, "pgassay: nothing was tested\nhint: every case was skipped; the reasons stand above\n");
	return COMMAND_FAILED;
}

static bool
run(const Options *options, const char *const *paths, CommandResult *ret_result, GError **error)
{
	g_autoptr(GPtrArray) outputs = read_outputs(options->reports, error);
	g_autoptr(RunPlan) plan = outputs != NULL ? run_plan_load(paths, error) : NULL;
	g_auto(RunResult) result = { 0 };

	if (plan == NULL)
		return false;
	g_autoptr(ReportConsole) console = report_console_new(stdout, report_console_flags(stdout) |
	                                                                  (options->quiet ? REPORT_CONSOLE_QUIET : 0));
	const RunOptions run_options = { .bindir = options->bindir,
		                         .server_url = options->server,
		                         .keep = options->keep,
		                         .keep_failed = options->keep_failed,
		                         .threads = (guint)MAX(options->threads, 0),
		                         .console = console };
	if (!run_all(plan, &run_options, &result, error))
		return false;
	bool written = write_outputs(outputs, result.report, error);
	for (guint i = 0; i < result.messages->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(result.messages, i));
	report_console_end(console, result.report);
	fflush(stdout);
	*ret_result = result.interrupted ? COMMAND_INTERRUPTED : judge(result.report);
	return written;
}

CommandResult
command_run(int n_arguments, char **arguments)
{
	Options options = { 0 };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "report", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &options.reports,
		  "write a report; may be given several times (default: junit=" REPORT_FOLDER "/junit.xml)",
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
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "show only what is not passed, and the totals",
		  NULL },
		{ NULL },
	};

	if (command_parse("run", entries, &n_arguments, &arguments, &result) &&
	    !run(&options, (const char *const *)arguments + 1, &result, &error)) {
		CommandResult why = command_error(error);
		/* Of a report that could not be written and a case that failed, the case is the more important. */
		result = result == COMMAND_OK ? why : result;
	}
	g_free(options.bindir);
	g_free(options.server);
	g_strfreev(options.reports);
	return result;
}
