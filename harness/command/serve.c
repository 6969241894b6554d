/* pgassay serve: databases that the migrations of a suite build, leased to test programs until it is stopped. */
#include "command/command.h"
#include "command/database/built.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <poll.h>
#include <stdio.h>

#define WORKERS 4

/* A signal is the usual end. */
static void
serve_wait(void)
{
	struct pollfd interrupt = { .fd = base_interrupt_fd(), .events = POLLIN };

	while (!base_interrupted())
		poll(&interrupt, 1, -1);
}

static CommandResult
serve_run(const CommandBuiltOptions *options, int n_arguments, char **arguments, GError **error)
{
	g_auto(CommandBuilt) built = { 0 };

	if (n_arguments != 2 || options->workers == 0) {
		base_error_set(error, BASE_ERROR_USAGE, "pgassay serve suites/shop.yaml",
		               n_arguments != 2 ? "name one suite" : "with 0 workers nothing is leased");
		return command_error(*error);
	}
	if (!command_built_make(arguments[1], options, &built, error))
		return command_error(*error);
	fprintf(stderr, "Ctrl-C ends it\n");
	serve_wait();
	return COMMAND_OK;
}

CommandResult
command_serve(int n_arguments, char **arguments)
{
	CommandBuiltOptions options = { .connect_timeout = DB_CONNECT_TIMEOUT, .workers = WORKERS };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		COMMAND_BUILT_OPTIONS(options),
		COMMAND_BUILT_WORKERS(options, "4"),
		{ NULL },
	};

	if (command_parse("serve", entries, &n_arguments, &arguments, &result))
		result = serve_run(&options, n_arguments, arguments, &error);
	command_built_options_clear(&options);
	return result;
}
