#include "suite/variables.h"

#include "suite/loading.h"

#include <string.h>

const SuiteShape suite_variables_shape = { .expects = "a mapping of variables to names of databases",
	                                   .accepts = SUITE_ACCEPT_MAPPING,
	                                   .values = &suite_shape_text };

void
suite_variable_free(gpointer data)
{
	SuiteVariable *variable = data;

	g_free(variable->name);
	g_free(variable);
}

/* The names that a shell can set (POSIX, "Environment Variable Definition"). */
static bool
variable_is_name(const char *name)
{
	bool good = name[0] != '\0' && !g_ascii_isdigit(name[0]);

	for (const char *c = name; good && *c != '\0'; c++)
		good = g_ascii_isalnum(*c) || *c == '_';
	return good;
}

static bool
variable_load(Suite *suite, const SuiteNode *node, guint index, GError **error)
{
	const char *name = suite_node_key(node, index);
	const SuiteNode *value = suite_node_item(node, index);
	const SuiteDatabase *database = NULL;

	if (!variable_is_name(name))
		return suite_node_error(suite_node_key_node(node, index), error, "write it as in API_DATABASE_URL: api",
		                        "\"%s\" is no name of an environment variable", name);
	if (!suite_find_named_database(suite, value, &database, error))
		return false;
	SuiteVariable *variable = g_new0(SuiteVariable, 1);
	variable->name = g_strdup(name);
	variable->database = database;
	g_ptr_array_add(suite->variables, variable);
	return true;
}

bool
suite_load_variables(Suite *suite, const SuiteNode *node, GError **error)
{
	for (guint i = 0; node != NULL && i < suite_node_size(node); i++)
		if (!variable_load(suite, node, i, error))
			return false;
	return true;
}
