#include "command/option/outputs.h"

#include "base/error.h"
#include "base/nearest.h"
#include "report/cause.h"
#include "report/file.h"
#include "report/format/format.h"
#include "report/format/preconditions.h"

#include <stdio.h>
#include <string.h>

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
outputs_add_output(GPtrArray *outputs, const ReportFormat *format, char *path)
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

static char *
outputs_default_path(const ReportFormat *format)
{
	return *format->file_name == '/' ? g_strdup(format->file_name)
	                                 : g_build_filename(COMMAND_REPORT_FOLDER, format->file_name, NULL);
}

GPtrArray *
command_outputs_read(char **reports, bool junit, GError **error)
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
		outputs_add_output(outputs, format, has_path ? g_strdup(equals + 1) : outputs_default_path(format));
	}
	if (outputs->len == 0 && junit) {
		const ReportFormat *format = report_format_find("junit");
		outputs_add_output(outputs, format, outputs_default_path(format));
	}
	return g_steal_pointer(&outputs);
}

ReportRun *
command_outputs_report_error(RunShard shard, const char *message)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "pgassay", NULL, NULL);
	ReportCase *test_case = report_case_new(NULL, "run", "the run comes to its end", (SourcePosition){ 0 });

	run->shard = shard.number;
	run->n_shards = shard.of;
	report_case_set(test_case, REPORT_ERRORED, "%s", message);
	report_suite_add_case(suite, test_case);
	report_run_find_causes(run);
	return run;
}

bool
command_outputs_replace(const GPtrArray *outputs, RunShard shard, const char *message, GError **error)
{
	g_autoptr(ReportRun) report = command_outputs_report_error(shard, message);

	for (guint i = 0; i < outputs->len; i++) {
		const Output *output = g_ptr_array_index(outputs, i);
		GFileTest kind = output->format->is_folder ? G_FILE_TEST_IS_DIR : G_FILE_TEST_IS_REGULAR;
		if (!report_file_is_stream(output->path) && g_file_test(output->path, kind) &&
		    !report_format_write(output->format, report, output->path, error))
			return false;
	}
	return true;
}

void
command_outputs_write_error(const GPtrArray *outputs, RunShard shard, const char *message)
{
	g_autoptr(ReportRun) report = command_outputs_report_error(shard, message);

	for (guint i = 0; i < outputs->len; i++) {
		const Output *output = g_ptr_array_index(outputs, i);
		report_format_write(output->format, report, output->path, NULL);
	}
}

char *
command_outputs_beside(const GPtrArray *outputs, const char *name)
{
	if (outputs->len == 0)
		return NULL;
	const Output *first = g_ptr_array_index(outputs, 0);
	g_autofree char *folder = g_path_get_dirname(report_file_is_stream(first->path) ? COMMAND_REPORT_FOLDER "/."
	                                                                                : first->path);
	return g_build_filename(folder, name, NULL);
}

static bool
write_preconditions(const GPtrArray *outputs, const ReportRun *report, GError **error)
{
	guint n = report_preconditions_count(report);

	g_autofree char *path = command_outputs_beside(outputs, "preconditions.sql");
	if (path == NULL)
		return true;
	if (!report_preconditions_write(report, path, error))
		return false;
	if (n > 0)
		printf("preconditions on data: run %s on production before you migrate (%u %s)\n", path, n,
		       n == 1 ? "query" : "queries");
	return true;
}

bool
command_outputs_write(const GPtrArray *outputs, const ReportRun *report, GError **error)
{
	GError *first = NULL;

	for (guint i = 0; i < outputs->len; i++) {
		const Output *output = g_ptr_array_index(outputs, i);
		/* Earlier output has to come before the report, too. */
		fflush(stdout);
		if (report_format_write(output->format, report, output->path, first == NULL ? &first : NULL) &&
		    !report_file_is_stream(output->path))
			printf("report: %s\n", output->path);
	}
	write_preconditions(outputs, report, first == NULL ? &first : NULL);
	if (first == NULL)
		return true;
	g_propagate_error(error, first);
	return false;
}

bool
command_outputs_want_commit(const GPtrArray *outputs)
{
	for (guint i = 0; i < outputs->len; i++)
		if (strcmp(((const Output *)g_ptr_array_index(outputs, i))->format->name, "json") == 0)
			return true;
	return false;
}

bool
command_outputs_want_schema(const GPtrArray *outputs)
{
	for (guint i = 0; i < outputs->len; i++)
		if (((const Output *)g_ptr_array_index(outputs, i))->format->wants_schema)
			return true;
	return false;
}

CommandResult
command_judge(const ReportRun *report)
{
	ReportCounts counts = report_run_count(report);

	if (counts.failed > 0 || counts.errored > 0)
		return COMMAND_FAILED;
	if (counts.passed > 0)
		return COMMAND_OK;
	if (report->division != NULL && counts.skipped == 0)
		return COMMAND_OK;
	fprintf(stderr, "pgassay: nothing was tested\nhint: every case was skipped; the reasons stand above\n");
	return COMMAND_FAILED;
}
