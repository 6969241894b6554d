/* pgassay report: reports out of reports. */
#include "command/command.h"
#include "command/option/outputs.h"
#include "command/option/publishing.h"

#include "base/error.h"
#include "report/console/console.h"
#include "report/durations.h"
#include "report/format/json.h"
#include "report/format/merge.h"

#include <stdio.h>
#include <string.h>

/* Outputs of the merged run. */
typedef struct {
	GPtrArray *outputs;
	GPtrArray *publish;
	gint publish_timeout;
	gboolean quiet;
	char *durations; /* the file; or NULL */
} ReportMerging;

static void
report_merging_clear(ReportMerging *merging)
{
	g_clear_pointer(&merging->outputs, g_ptr_array_unref);
	g_clear_pointer(&merging->publish, g_ptr_array_unref);
	g_free(merging->durations);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportMerging, report_merging_clear)

/* The runs of the files, of ReportRun *. */
static GPtrArray *
report_read_all(const char *const *paths, GError **error)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)report_run_free);

	for (guint i = 0; paths[i] != NULL; i++) {
		ReportRun *run = report_json_read(paths[i], error);
		if (run == NULL)
			return NULL;
		g_ptr_array_add(runs, run);
	}
	return g_steal_pointer(&runs);
}

/* Writes the durations of the parts; the next run divides its work by them. */
static bool
report_write_durations(const char *path, const ReportRun *merged, GError **error)
{
	if (path == NULL)
		return true;
	g_autoptr(ReportDurations) durations = report_durations_read(path, error);
	if (durations == NULL)
		return false;
	report_durations_take(durations, merged);
	return report_durations_write(durations, path, error);
}

static bool
report_merge_files(const char *const *paths, const ReportMerging *merging, CommandResult *ret_result, GError **error)
{
	g_autoptr(GPtrArray) runs = report_read_all(paths, error);
	g_autoptr(ReportRun) merged = runs != NULL ? report_merge(runs, paths, error) : NULL;

	if (merged == NULL)
		return false;
	g_autoptr(ReportConsole) console = report_console_new(stdout, report_console_flags(stdout) |
	                                                                  (merging->quiet ? REPORT_CONSOLE_QUIET : 0));
	report_console_replay(console, merged);
	bool written = command_outputs_write(merging->outputs, merged, error);
	written = report_write_durations(merging->durations, merged, written ? error : NULL) && written;
	command_publishing_do(merging->publish, merging->publish_timeout, merged);
	report_console_end(console, merged);
	*ret_result = command_judge(merged);
	return written;
}

static bool
report_check_arguments(int n_arguments, char **arguments, GError **error)
{
	const char *hint = "write \"pgassay report merge FILE.json...\"";

	if (n_arguments < 2)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "say what to do with reports");
	if (strcmp(arguments[1], "merge") != 0)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "\"%s\" is nothing that can be done with reports",
		                      arguments[1]);
	if (n_arguments < 3)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "name the reports to be merged");
	return true;
}

CommandResult
command_report(int n_arguments, char **arguments)
{
	g_auto(GStrv) reports = NULL;
	g_auto(GStrv) publish = NULL;
	g_auto(ReportMerging) merging = { 0 };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "report", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &reports,
		  "write a report; may be given several times (default: junit=build/reports/junit.xml)",
		  "FORMAT[=PATH]" },
		{ "durations", 0, 0, G_OPTION_ARG_FILENAME, &merging.durations,
		  "write how long the stages took, for the next run to divide its work by", "FILE" },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &merging.quiet, "show only what is not passed, and the totals",
		  NULL },
		COMMAND_COLOUR,
		COMMAND_PUBLISH_OPTIONS(publish, merging.publish_timeout),
		{ NULL },
	};

	if (!command_parse("report", entries, &n_arguments, &arguments, &result))
		return result;
	if (report_check_arguments(n_arguments, arguments, &error))
		merging.outputs = command_outputs_read(reports, true, &error);
	if (merging.outputs != NULL)
		merging.publish = command_publishing_read(publish, &merging.publish_timeout, &error);
	if (merging.publish == NULL ||
	    !report_merge_files((const char *const *)arguments + 2, &merging, &result, &error)) {
		CommandResult why = command_error(error);
		result = result == COMMAND_OK ? why : result;
	}
	return result;
}
