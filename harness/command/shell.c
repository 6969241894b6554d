/* pgassay shell: psql on a database that the migrations of a suite build. */
#include "command/built.h"
#include "command/command.h"
#include "command/program.h"

#include "base/error.h"

#include <stdio.h>
#include <unistd.h>

typedef struct {
	CommandBuiltOptions built;
	gboolean keep;
	gboolean print_url;
} Options;

/* psql from the path, or the one beside the server's programs. The caller frees it. */
static char *
shell_find_psql(const CommandBuilt *built, GError **error)
{
	ScratchServer *server = g_ptr_array_index(built->servers, 0);
	char *psql = g_find_program_in_path("psql");

	if (psql == NULL && scratch_server_is_own(server)) {
		psql = g_build_filename(scratch_server_origin(server), "psql", NULL);
		if (access(psql, X_OK) != 0)
			g_clear_pointer(&psql, g_free);
	}
	if (psql == NULL)
		base_error_set(error, BASE_ERROR_ENVIRONMENT,
		               "install it (Debian: apt install postgresql-client), or write --print-url",
		               "there is no psql on the path");
	return psql;
}

/* psql with the rest of the command line. */
static CommandResult
shell_open(const CommandBuilt *built, char **rest, GError **error)
{
	g_autofree char *psql = shell_find_psql(built, error);
	g_autoptr(GPtrArray) program = g_ptr_array_new();

	if (psql == NULL)
		return command_error(*error);
	g_ptr_array_add(program, psql);
	for (char **argument = rest; argument != NULL && *argument != NULL; argument++)
		g_ptr_array_add(program, *argument);
	g_ptr_array_add(program, NULL);
	return command_program_run(built, (char **)program->pdata, 0);
}

static bool
shell_check(const Options *options, int n_arguments, char **rest, GError **error)
{
	if (n_arguments != 2)
		return base_error_set(error, BASE_ERROR_USAGE, "pgassay shell suites/shop.yaml@0042",
		                      "name one suite, and perhaps a version of it");
	return !options->print_url || rest == NULL ||
	       base_error_set(error, BASE_ERROR_USAGE, "leave one of them out",
	                      "--print-url opens no psql, which could take \"%s\"", rest[0]);
}

static CommandResult
shell_run(const Options *options, int n_arguments, char **arguments, char **rest, GError **error)
{
	g_auto(CommandBuilt) built = { 0 };

	if (!shell_check(options, n_arguments, rest, error) ||
	    !command_built_make(arguments[1], &options->built, &built, error))
		return command_error(*error);
	CommandResult result = COMMAND_OK;
	if (options->print_url) {
		g_autofree char *url = command_built_url(&built);
		printf("%s\n", url);
	} else {
		result = shell_open(&built, rest, error);
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
	return result;
}
