#include "suite/commands.h"
#include "migration/runner/commands.h"

#include <string.h>

#define TIMEOUT_DEFAULT 60
#define TIMEOUT_MAX     3600

static const SuiteKey commands_keys[] = {
	{ "list", &suite_shape_text_list, false,
	  "prints the migrations in their order, one a line: the version, then perhaps a name; it gets no database" },
	{ "up", &suite_shape_text_list, false, "applies everything that is pending" },
	{ "up_to", &suite_shape_text_list, true, "applies everything up to and with {version}" },
	{ "down_to", &suite_shape_text_list, false,
	  "takes back {version} and all after it, so that {previous} is the last that is applied" },
	{ "directory", &suite_shape_text, false,
	  "where the commands run, relative to the suite; default: the suite's" },
	{ "timeout", &suite_shape_count, false, "seconds after which a command is ended and has failed" },
	{ "environment", &suite_shape_text_mapping, false, "more variables of the environment" },
	{ NULL },
};
const SuiteShape suite_commands_shape = { .expects = "a mapping",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .keys = commands_keys };

bool
suite_load_vector(const SuiteNode *commands, const char *key, char ***ret_vector, GError **error)
{
	const SuiteNode *node = suite_node_get(commands, key);

	*ret_vector = NULL;
	if (node == NULL)
		return true;
	guint n = suite_node_size(node);
	if (n == 0 || *suite_node_text(suite_node_item(node, 0)) == '\0')
		return suite_node_error(node, error, "write it as [program, argument, ...]",
		                        "the command \"%s\" is empty", key);
	*ret_vector = g_new0(char *, n + 1);
	for (guint i = 0; i < n; i++)
		(*ret_vector)[i] = g_strdup(suite_node_text(suite_node_item(node, i)));
	return true;
}

bool
suite_load_directory(const Suite *suite, const SuiteNode *commands, char **ret_directory, GError **error)
{
	const SuiteNode *node = suite_node_get(commands, "directory");

	if (node == NULL) {
		*ret_directory = g_canonicalize_filename(suite->directory, NULL);
		return true;
	}
	SuiteFile *file = suite_file_new(suite, node, G_FILE_TEST_IS_DIR, error);
	if (file == NULL)
		return false;
	*ret_directory = g_canonicalize_filename(file->path, NULL);
	suite_file_free(file);
	return true;
}

static bool
load_timeout(const SuiteNode *commands, guint *ret_timeout, GError **error)
{
	const SuiteNode *node = suite_node_get(commands, "timeout");
	gint64 timeout = TIMEOUT_DEFAULT;

	if (node != NULL)
		suite_node_is_int(node, &timeout);
	if (timeout < 1 || timeout > TIMEOUT_MAX)
		return suite_node_error(node, error, "write seconds, from 1 to 3600",
		                        "\"%s\" is no time that a command may take", suite_node_text(node));
	*ret_timeout = (guint)timeout;
	return true;
}

/* {version} has to be somewhere, or every migration would be the same. */
static bool
suite_commands_check_version(const SuiteNode *commands, const char *key, char **vector, GError **error)
{
	for (char **argument = vector; argument != NULL && *argument != NULL; argument++)
		if (strstr(*argument, "{version}") != NULL || strstr(*argument, "{previous}") != NULL ||
		    strstr(*argument, "{name}") != NULL)
			return true;
	if (vector == NULL)
		return true;
	return suite_node_error(suite_node_get(commands, key), error,
	                        "put {version}, {name} or {previous} where the tool wants it",
	                        "the command \"%s\" does not say which migration is meant", key);
}

MigrationCommands *
suite_commands_new(const Suite *suite, const SuiteNode *node, GError **error)
{
	g_autoptr(MigrationCommands) commands = g_new0(MigrationCommands, 1);
	const SuiteNode *environment = suite_node_get(node, "environment");

	if (!suite_load_vector(node, "list", &commands->list, error) ||
	    !suite_load_vector(node, "up", &commands->up, error) ||
	    !suite_load_vector(node, "up_to", &commands->up_to, error) ||
	    !suite_load_vector(node, "down_to", &commands->down_to, error) ||
	    !suite_commands_check_version(node, "up_to", commands->up_to, error) ||
	    !suite_commands_check_version(node, "down_to", commands->down_to, error) ||
	    !suite_load_directory(suite, node, &commands->directory, error) ||
	    !load_timeout(node, &commands->timeout, error))
		return NULL;
	if (environment != NULL)
		commands->environment = suite_load_texts(environment);
	return g_steal_pointer(&commands);
}
