/* pgassay check: the migrations of a repository, with nothing written first. */
#include "command/check_base.h"
#include "command/check_find.h"
#include "command/running.h"

/* Nobody waits longer for a merge request. */
#define CHECK_TIMEOUT "30min"

typedef struct {
	CommandRunning running;
	char *format;
	char **placeholders;
	const char *const *directories;
	char *base;
	char *since;
	gboolean all;
	CommandCheckBaseWish base_wish;
	CommandCheckBase *found; /* what the plan's bases live in */
} CheckOptions;

static RunPlan *
check_plan(void *data, const RunOptions *run_options, GError **error)
{
	CheckOptions *options = data;
	const CommandCheckWish wish = { .directories = options->directories,
		                        .format = options->format,
		                        .placeholders = options->placeholders };

	g_autoptr(RunPlan) plan = command_check_find(&wish, run_options, error);

	options->base_wish = (CommandCheckBaseWish){ .ref = options->base,
		                                     .since = options->since,
		                                     .all = options->all };
	options->found = plan != NULL ? command_check_base(plan, &options->base_wish, error) : NULL;
	return options->found != NULL ? g_steal_pointer(&plan) : NULL;
}

CommandResult
command_check(int n_arguments, char **arguments)
{
	CheckOptions options = { .running = { .connect_timeout = DB_CONNECT_TIMEOUT,
		                              .timeout = g_strdup(CHECK_TIMEOUT) } };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "base", 0, 0, G_OPTION_ARG_STRING, &options.base,
		  "what the branch is to be merged into; none: everything is tested (default: what the CI system says, "
		  "or the "
		  "default branch of origin)",
		  "REF" },
		{ "since", 0, 0, G_OPTION_ARG_STRING, &options.since,
		  "without git: migrations up to this version are there already", "VERSION" },
		{ "all", 0, 0, G_OPTION_ARG_NONE, &options.all, "what was red before the branch fails, too", NULL },
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
	command_check_base_free(options.found);
	g_free(options.base);
	g_free(options.since);
	g_free(options.format);
	g_strfreev(options.placeholders);
	return result;
}
