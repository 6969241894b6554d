/* pgassay shell: psql on a database that the migrations of a suite build. */
#include "command/command.h"
#include "command/database/built.h"
#include "command/database/program.h"
#include "command/database/psql.h"
#include "command/database/showing.h"
#include "command/side/side.h"

#include "base/error.h"

#include <stdio.h>

typedef struct {
	CommandBuiltOptions built;
	gboolean keep;
	gboolean print_url;
	char *test_case;
} Options;

static bool
shell_check(const Options *options, int n_arguments, char **rest, GError **error)
{
	if (n_arguments != 2)
		return base_error_set(error, BASE_ERROR_USAGE, "pgassay shell suites/shop.yaml@0042",
		                      "name one suite, and perhaps a version of it");
	if (options->test_case != NULL && (options->built.before != NULL || options->built.seeds != NULL ||
	                                   options->built.rows != 0 || options->built.no_data))
		return base_error_set(error, BASE_ERROR_USAGE, "leave the others out",
		                      "with --case, the case says how far and with which rows");
	if (!command_built_check_tcp(options->built.tcp, options->built.server, error))
		return false;
	return !options->print_url || rest == NULL ||
	       base_error_set(error, BASE_ERROR_USAGE, "leave one of them out",
	                      "--print-url opens no psql, which could take \"%s\"", rest[0]);
}

/* A case of a run: the database as it shows it. */
static CommandResult
shell_show_case(const Options *options, const char *path, char **rest, GError **error)
{
	const RunOptions run = { .bindir = options->built.bindir,
		                 .server_url = options->built.server,
		                 .connect_timeout = (guint)options->built.connect_timeout,
		                 .tcp = options->built.tcp,
		                 .keep = options->built.keep };
	const CommandShowing showing = { .print_url = options->print_url, .keep = options->keep, .rest = rest };
	g_autofree char *file = NULL;
	g_autofree char *database = NULL;
	g_autofree char *version = NULL;
	g_auto(CommandReproAgain) again = { 0 };

	command_side_split(path, &file, &database, &version);
	if (database != NULL || version != NULL) {
		base_error_set(error, BASE_ERROR_USAGE, "write DATABASE/STAGE/CASE behind --case, and the suite alone",
		               "with --case, the case says which database and how far, and \"%s\" says it, too", path);
		return command_error(*error);
	}
	const char *const paths[] = { file, NULL };
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	if (plan == NULL || !command_repro_again(plan, &run, options->test_case, &again, error))
		return command_error(*error);
	if (again.test_case == NULL) {
		base_error_set(error, BASE_ERROR_USAGE, "\"pgassay run --list\" prints the names",
		               "--case \"%s\" fits no case", options->test_case);
		return command_error(*error);
	}
	return command_show_again(&again, &showing, error);
}

static CommandResult
shell_run(const Options *options, int n_arguments, char **arguments, char **rest, GError **error)
{
	g_auto(CommandBuilt) built = { 0 };

	if (!shell_check(options, n_arguments, rest, error))
		return command_error(*error);
	if (options->test_case != NULL)
		return shell_show_case(options, arguments[1], rest, error);
	if (!command_built_make(arguments[1], &options->built, &built, error))
		return command_error(*error);
	CommandResult result = COMMAND_OK;
	if (options->print_url) {
		g_autofree char *url = command_built_url(&built);
		printf("%s\n", url);
	} else {
		g_auto(GStrv) environment = command_built_environment(&built);
		result = command_psql_open(g_ptr_array_index(built.servers, 0), environment, rest, error);
	}
	if (options->keep || options->print_url)
		command_built_keep(&built);
	return result;
}

CommandResult
command_shell(int n_arguments, char **arguments)
{
	Options options = { .built = { .connect_timeout = DB_CONNECT_TIMEOUT } };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	char **rest = command_program_split(&n_arguments, arguments);
	const GOptionEntry entries[] = {
		COMMAND_BUILT_OPTIONS(options.built),
		{ "case", 0, 0, G_OPTION_ARG_STRING, &options.test_case,
		  "the database of a case of \"pgassay run\" when it fails: DATABASE/STAGE/CASE, with * for any text",
		  "GLOB" },
		{ "keep", 0, 0, G_OPTION_ARG_NONE, &options.keep, "keep the database and say how to open it again",
		  NULL },
		{ "print-url", 0, 0, G_OPTION_ARG_NONE, &options.print_url,
		  "print the URL of the database, and keep it, instead of opening psql", NULL },
		{ NULL },
	};

	if (command_parse("shell", entries, &n_arguments, &arguments, &result)) {
		options.built.keep = options.keep || options.print_url;
		result = shell_run(&options, n_arguments, arguments, rest, &error);
	}
	command_built_options_clear(&options.built);
	g_free(options.test_case);
	return result;
}
