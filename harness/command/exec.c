/* pgassay exec: a program, run on databases that the migrations of a suite build. */
#include "command/command.h"
#include "command/database/built.h"
#include "command/database/compare.h"
#include "command/database/program.h"
#include "command/option/duration.h"

#include "base/error.h"

typedef struct {
	CommandBuiltOptions built;
	gboolean keep;
	gboolean keep_failed;
	char *timeout;
	char *compare;
	char *compare_command;
	char *report;
} Options;

static bool
exec_check(const Options *options, int n_arguments, char **program, gint64 *ret_timeout, GError **error)
{
	static const char hint[] = "pgassay exec suites/shop.yaml -- npm test";

	if (n_arguments != 2)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "name one suite, and the program behind \"--\"");
	if (program == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "there is no program behind \"--\"");
	if (options->report != NULL && options->compare == NULL && options->compare_command == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "leave --report out, or say --compare",
		                      "--report is for a comparison");
	if ((options->keep || options->keep_failed) && (options->compare != NULL || options->compare_command != NULL))
		return base_error_set(error, BASE_ERROR_USAGE,
		                      "leave --keep out: without --compare it keeps one of them",
		                      "a comparison keeps no databases");
	return options->timeout == NULL || command_duration_parse("timeout", options->timeout, ret_timeout, error);
}

/* The exit code is the program's own, which is why it need not be one of CommandResult. */
static CommandResult
exec_run(const Options *options, int n_arguments, char **arguments, char **program, GError **error)
{
	g_auto(CommandBuilt) built = { 0 };
	gint64 timeout = 0;

	if (!exec_check(options, n_arguments, program, &timeout, error))
		return command_error(*error);
	if (options->compare != NULL || options->compare_command != NULL)
		return command_compare(&(CommandCompareOptions){ .place = arguments[1],
		                                                 .built = &options->built,
		                                                 .other = options->compare,
		                                                 .command = options->compare_command,
		                                                 .report = options->report,
		                                                 .program = program,
		                                                 .timeout = timeout },
		                       error);
	if (!command_built_make(arguments[1], &options->built, &built, error))
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
		{ "compare", 0, 0, G_OPTION_ARG_STRING, &options.compare,
		  "run it once more on the database of another suite or version, or of a file of SQL, and say what "
		  "differs",
		  "OTHER" },
		{ "compare-command", 0, 0, G_OPTION_ARG_STRING, &options.compare_command,
		  "the same, on an empty database that this command fills", "COMMAND" },
		{ "report", 0, 0, G_OPTION_ARG_STRING, &options.report,
		  "how it says what its tests have found, for a comparison: tap, or junit to the file {report}",
		  "FORMAT" },
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
	g_free(options.compare);
	g_free(options.compare_command);
	g_free(options.report);
	return result;
}
