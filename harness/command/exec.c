/* pgassay exec: a program, run on databases that the migrations of a suite build. */
#include "command/built.h"
#include "command/command.h"
#include "command/duration.h"
#include "command/program.h"

#include "base/error.h"

typedef struct {
	CommandBuiltOptions built;
	gboolean keep;
	gboolean keep_failed;
	char *timeout;
} Options;

static bool
exec_check(const Options *options, int n_arguments, char **program, gint64 *ret_timeout, GError **error)
{
	static const char hint[] = "pgassay exec suites/shop.yaml -- npm test";

	if (n_arguments != 2)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "name one suite, and the program behind \"--\"");
	if (program == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "there is no program behind \"--\"");
	return options->timeout == NULL || command_duration_parse("timeout", options->timeout, ret_timeout, error);
}

/* The exit code is the program's own, which is why it need not be one of CommandResult. */
static CommandResult
exec_run(const Options *options, int n_arguments, char **arguments, char **program, GError **error)
{
	g_auto(CommandBuilt) built = { 0 };
	gint64 timeout = 0;

	if (!exec_check(options, n_arguments, program, &timeout, error) ||
	    !command_built_make(arguments[1], &options->built, &built, error))
		return command_error(*error);
	CommandResult result = command_program_run(&built, program, timeout);
	if (options->keep || (options->keep_failed && result != COMMAND_OK))
		command_built_keep(&built);
	return result;
}

CommandResult
command_exec(int n_arguments, char **arguments)
{
	Options options = { .built = { .connect_timeout = DB_CONNECT_TIMEOUT } };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	char **program = command_program_split(&n_arguments, arguments);
	const GOptionEntry entries[] = {
		COMMAND_BUILT_OPTIONS(options.built),
		COMMAND_BUILT_WORKERS(options.built, "0, no leases"),
		{ "keep", 0, 0, G_OPTION_ARG_NONE, &options.keep, "keep the databases and say how to open them", NULL },
		{ "keep-failed", 0, 0, G_OPTION_ARG_NONE, &options.keep_failed,
		  "keep them when the program's exit code is not 0", NULL },
		{ "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout,
		  "end the program after that time (default: none)", "DURATION" },
		{ NULL },
	};

	if (command_parse("exec", entries, &n_arguments, &arguments, &result)) {
		options.built.keep = options.keep || options.keep_failed;
		result = exec_run(&options, n_arguments, arguments, program, &error);
	}
	command_built_options_clear(&options.built);
	g_free(options.timeout);
	return result;
}
