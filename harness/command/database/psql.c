#include "command/database/psql.h"

#include "base/error.h"
#include "command/database/program.h"

#include <unistd.h>

/* psql from the path, or the one beside the server's programs. The caller frees it. */
static char *
psql_find(const ScratchServer *server, GError **error)
{
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

CommandResult
command_psql_open(const ScratchServer *server, char **environment, char **rest, GError **error)
{
	g_autofree char *psql = psql_find(server, error);
	g_autoptr(GPtrArray) program = g_ptr_array_new();

	if (psql == NULL)
		return command_error(*error);
	g_ptr_array_add(program, psql);
	for (char **argument = rest; argument != NULL && *argument != NULL; argument++)
		g_ptr_array_add(program, *argument);
	g_ptr_array_add(program, NULL);
	return command_program_run_in(environment, (char **)program->pdata, 0);
}
