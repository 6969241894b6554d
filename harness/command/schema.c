/* pgassay schema: what suites and fixtures may hold, as JSON Schema, for editors. */
#include "command/command.h"

#include "base/error.h"
#include "check/fixture/fixture.h"
#include "check/kind/kind.h"
#include "suite/json_schema.h"

#include <stdio.h>
#include <string.h>

static bool
print_schema(int n_arguments, char **arguments, GError **error)
{
	g_autofree char *json = NULL;

	if (n_arguments == 2 && strcmp(arguments[1], "suite") == 0)
		json = suite_json_schema(suite_json_schema_suite(check_kinds()), "suite");
	else if (n_arguments == 2 && strcmp(arguments[1], "fixture") == 0)
		json = suite_json_schema(check_fixture_shape(), "fixture");
	else
		return base_error_set(error, BASE_ERROR_USAGE,
		                      "write \"pgassay schema suite\" or \"pgassay schema fixture\"",
		                      "name the kind of file");
	fputs(json, stdout);
	return true;
}

CommandResult
command_schema(int n_arguments, char **arguments)
{
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = { { NULL } };

	if (command_parse("schema", entries, &n_arguments, &arguments, &result) &&
	    !print_schema(n_arguments, arguments, &error))
		result = command_error(error);
	return result;
}
