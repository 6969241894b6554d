/* pgassay stats export: the statistics of a database, for plans. */
#include "command/command.h"
#include "command/timeouts.h"

#include "base/error.h"
#include "base/file.h"
#include "plan/export.h"
#include "target/reading.h"

#include <stdio.h>
#include <string.h>

typedef struct {
	CommandLimits limits;
	char *target;
	char *output;
	gboolean anonymise;
} Options;

static char *
stats_read(const Options *options, const TargetReadingOptions *limits, guint *ret_left_out, GError **error)
{
	const PlanExportOptions export = { .anonymise = options->anonymise };
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->target, error);

	if (endpoint == NULL)
		return NULL;
	db_endpoint_set_connect_timeout(endpoint, (guint)options->limits.connect_timeout);
	g_autoptr(DbSession) session = target_reading_open(endpoint, limits, error);
	char *yaml = session != NULL ? plan_export(session, &export, ret_left_out, error) : NULL;
	if (session != NULL && yaml == NULL)
		target_reading_explain(session, error);
	return yaml;
}

static bool
stats_run(const Options *options, int n_arguments, char **arguments, GError **error)
{
	TargetReadingOptions limits = { 0 };
	guint left_out = 0;

	if (n_arguments != 2 || strcmp(arguments[1], "export") != 0)
		return base_error_set(error, BASE_ERROR_USAGE, "write \"pgassay stats export --target URL\"",
		                      n_arguments < 2 ? "stats needs to know what to do"
		                                      : "stats can do nothing but \"export\"");
	if (options->target == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "--target URL says which database; it is only read",
		                      "the database is missing");
	if (!command_limits_check(&options->limits, &limits, error))
		return false;
	g_autofree char *yaml = stats_read(options, &limits, &left_out, error);
	if (yaml == NULL)
		return false;
	if (options->output == NULL)
		fputs(yaml, stdout);
	else if (!base_file_write(options->output, "fixture", yaml, strlen(yaml), error))
		return false;
	if (left_out > 0)
		fprintf(stderr,
		        "pgassay: %u objects were left out; the fixture says which, and why, under \"left_out\"\n",
		        left_out);
	return true;
}

CommandResult
command_stats(int n_arguments, char **arguments)
{
	Options options = { .limits = COMMAND_LIMITS_READING };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.target,
		  "the database, which is read in a read-only transaction", "URL" },
		{ "anonymise", 0, 0, G_OPTION_ARG_NONE, &options.anonymise,
		  "write no value of the database, but others, as many, as often, in the same order", NULL },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
		  "write to this file (default: standard output)", "FILE" },
		COMMAND_LIMITS_OPTIONS(options.limits),
		{ NULL },
	};

	if (command_parse("stats", entries, &n_arguments, &arguments, &result) &&
	    !stats_run(&options, n_arguments, arguments, &error))
		result = command_error(error);
	g_free(options.target);
	g_free(options.output);
	return result;
}
