/* pgassay stats export: the statistics of a database, for plans. */
#include "command/command.h"
#include "command/side/export.h"

#include "plan/export/export.h"

#include <stdio.h>

typedef struct {
	gboolean anonymise;
	guint n_left_out;
} StatsWork;

static char *
stats_write(DbSession *session, void *data, GError **error)
{
	StatsWork *work = data;
	const PlanExportOptions options = { .anonymise = work->anonymise };

	return plan_export(session, &options, &work->n_left_out, error);
}

CommandResult
command_stats(int n_arguments, char **arguments)
{
	CommandExportOptions options = { .limits = COMMAND_LIMITS_READING };
	StatsWork work = { 0 };
	const CommandExport export = { .command = "stats", .what = "fixture", .make = stats_write, .data = &work };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "anonymise", 0, 0, G_OPTION_ARG_NONE, &work.anonymise,
		  "write no value of the database, but others, as many, as often, in the same order", NULL },
		COMMAND_EXPORT_OPTIONS(options),
		{ NULL },
	};

	if (command_parse("stats", entries, &n_arguments, &arguments, &result) &&
	    !command_export_run(&export, &options, n_arguments, arguments, &error))
		result = command_error(error);
	if (result == COMMAND_OK && work.n_left_out > 0)
		fprintf(stderr, "pgassay: %u %s left out; the fixture says which, and why, under \"left_out\"\n",
		        work.n_left_out, work.n_left_out == 1 ? "object was" : "objects were");
	command_export_options_clear(&options);
	return result;
}
