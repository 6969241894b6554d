#include "command/init/editor.h"

#include "base/error.h"
#include "base/file.h"
#include "check/fixture/fixture.h"
#include "check/kind/kind.h"
#include "suite/json_schema.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* By a relative path: everybody who has the repository has it, whatever is installed where. */
char *
command_init_editor_line(const char *kind)
{
	return g_strdup_printf("# yaml-language-server: $schema=../" COMMAND_INIT_SCHEMAS "/%s.json\n", kind);
}

static bool
editor_write(const char *kind, const SuiteShape *shape, GError **error)
{
	g_autofree char *path = g_strdup_printf(COMMAND_INIT_SCHEMAS "/%s.json", kind);
	g_autofree char *json = suite_json_schema(shape, kind);

	return base_file_write(path, "schema", json, strlen(json), error);
}

bool
command_init_write_schemas(GError **error)
{
	if (g_mkdir_with_parents(COMMAND_INIT_SCHEMAS, 0777) != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
		                      "could not make the folder \"" COMMAND_INIT_SCHEMAS "\": %s", g_strerror(errno));
	return editor_write("suite", suite_json_schema_suite(check_kinds()), error) &&
	       editor_write("fixture", check_fixture_shape(), error);
}
