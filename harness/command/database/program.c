#include "command/database/program.h"

#include "base/foreground.h"

#include <stdio.h>
#include <string.h>

char **
command_program_split(int *n_arguments, char **arguments)
{
	for (int i = 1; i < *n_arguments; i++) {
		if (strcmp(arguments[i], "--") != 0)
			continue;
		char **program = i + 1 < *n_arguments ? arguments + i + 1 : NULL;
		*n_arguments = i;
		arguments[i] = NULL;
		return program;
	}
	return NULL;
}

CommandResult
command_program_run_in(char **environment, char **program, gint64 timeout)
{
	const BaseForeground foreground = { .arguments = (const char *const *)program,
		                            .environment = (const char *const *)environment,
		                            .timeout = timeout };
	g_autoptr(GError) error = NULL;
	int code = 0;

	fflush(NULL);
	if (base_foreground_run(&foreground, &code, &error))
		return (CommandResult)code;
	CommandResult result = command_error(error);
	return code == BASE_FOREGROUND_NOT_FOUND || code == BASE_FOREGROUND_NOT_RUNNABLE ? (CommandResult)code : result;
}

CommandResult
command_program_run(const CommandBuilt *built, char **program, gint64 timeout)
{
	g_auto(GStrv) environment = command_built_environment(built);

	return command_program_run_in(environment, program, timeout);
}
