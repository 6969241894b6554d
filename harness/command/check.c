/* pgassay check: the migrations of a repository, with nothing written first. */
#include "command/check_find.h"
#include "command/running.h"

/* Nobody waits longer for a merge request. */
#define CHECK_TIMEOUT "30min"

typedef struct {
	CommandRunning running;
	char *format;
	char **placeholders;
	const char *const *directories;
} CheckOptions;

static RunPlan *
check_plan(void *data, const RunOptions *run_options, GError **error)
{
	const CheckOptions *options = data;
	const CommandCheckWish wish = { .directories = options->directories,
		                        .format = options->format,
		                        .placeholders = options->placeholders };

	return command_check_find(&wish, run_options, error);
}

CommandResult
command_check(int n_arguments, char **arguments)
{
	CheckOptions options = { .running = { .connect_timeout = DB_CONNECT_TIMEOUT,
		                              .timeout = g_strdup(CHECK_TIMEOUT) } };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
		  "the migration tool's format, for folders that no suite names (default: detected)", "FORMAT" },
		{ "placeholder", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.placeholders,
		  "the value of a placeholder of the migrations; may be given several times", "NAME=VALUE" },
		COMMAND_RUNNING_OPTIONS(options.running, CHECK_TIMEOUT),
		{ NULL },
	};

	bool parsed = command_parse("check", entries, &n_arguments, &arguments, &result);
	if (!parsed && result == COMMAND_USAGE)
		command_running_replace_report();
	options.directories = (const char *const *)arguments + 1;
	const CommandWork work = { .plan = check_plan, .data = &options };
	if (parsed && !command_running_run(&options.running, &work, &result, &error)) {
		CommandResult why = command_error(error);
		result = result == COMMAND_OK ? why : result;
	}
	command_running_clear(&options.running);
	g_free(options.format);
	g_strfreev(options.placeholders);
	return result;
}
