/* pgassay run: the main job. */
#include "command/running.h"

static RunPlan *
command_run_plan(void *data, const RunOptions *options, GError **error)
{
	(void)options;
	return run_plan_load(data, error);
}

CommandResult
command_run(int n_arguments, char **arguments)
{
	CommandRunning running = { .connect_timeout = DB_CONNECT_TIMEOUT };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		COMMAND_RUNNING_OPTIONS(running, "none"),
		{ "format", 0, 0, G_OPTION_ARG_STRING, &running.format,
		  "how to print the run: text, or json for programs, an object a line (default: text)", "FORMAT" },
		{ "matrix", 0, 0, G_OPTION_ARG_NONE, &running.matrix,
		  "run on each version of PostgreSQL that a suite names, and say on which of them a case fails", NULL },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &running.list, "print the names that --only takes, and run nothing",
		  NULL },
		{ NULL },
	};

	bool parsed = command_parse("run", entries, &n_arguments, &arguments, &result);
	if (!parsed && result == COMMAND_USAGE)
		command_running_replace_report();
	const CommandWork work = { .plan = command_run_plan, .data = arguments + 1 };
	if (parsed && !command_running_run(&running, &work, &result, &error)) {
		CommandResult why = command_error(error);
		/* Of a report that could not be written and a case that failed, the case is the more important. */
		result = result == COMMAND_OK ? why : result;
	}
	command_running_clear(&running);
	return result;
}
