#include "migration/runner/commands.h"

#include "base/error.h"

#include <string.h>

void
migration_commands_free(MigrationCommands *commands)
{
	if (commands == NULL)
		return;
	g_strfreev(commands->list);
	g_strfreev(commands->up);
	g_strfreev(commands->up_to);
	g_strfreev(commands->down_to);
	g_free(commands->directory);
	g_clear_pointer(&commands->environment, g_hash_table_unref);
	g_free(commands);
}

/* --- Placeholders ---------------------------------------------------------- */

static void
add_value(GHashTable *values, const char *name, const char *value)
{
	g_hash_table_insert(values, g_strdup(name), g_strdup(value));
}

GHashTable *
migration_commands_values(const DbSession *session)
{
	GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	if (session == NULL)
		return values;
	g_autofree char *url = db_session_url(session);
	add_value(values, "url", url);
	add_value(values, "host", db_session_host(session));
	g_autofree char *escaped = g_uri_escape_string(db_session_host(session), NULL, FALSE);
	add_value(values, "host_in_url", escaped);
	add_value(values, "port", db_session_port(session));
	add_value(values, "user", db_session_user(session));
	add_value(values, "database", db_session_database(session));
	return values;
}

char *
migration_commands_replace(const char *text, GHashTable *values)
{
	GString *result = g_string_new(NULL);

	while (*text != '\0') {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;
		g_autofree char *name = end != NULL ? g_strndup(text + 1, (gsize)(end - text) - 1) : NULL;
		const char *value = name != NULL ? g_hash_table_lookup(values, name) : NULL;
		if (value != NULL) {
			g_string_append(result, value);
			text = end + 1;
		} else {
			g_string_append_c(result, *text++);
		}
	}
	return g_string_free(result, FALSE);
}

/* --- Running ----------------------------------------------------------------- */

/* As a shell would find it from the directory. */
static char *
find_program(const char *name, const char *directory)
{
	if (strchr(name, '/') == NULL)
		return g_find_program_in_path(name);
	char *path = g_canonicalize_filename(name, directory);
	if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		return path;
	g_free(path);
	return NULL;
}

static char **
make_environment(const MigrationCommands *commands, const DbSession *session, GHashTable *values)
{
	char **environment = session != NULL ? db_session_client_environment(session) : g_get_environ();
	GHashTableIter iter;
	gpointer name;
	gpointer text;

	if (commands->environment == NULL)
		return environment;
	g_hash_table_iter_init(&iter, commands->environment);
	while (g_hash_table_iter_next(&iter, &name, &text)) {
		g_autofree char *value = migration_commands_replace(text, values);
		environment = g_environ_setenv(environment, name, value, TRUE);
	}
	return environment;
}

bool
migration_commands_run(const MigrationCommands *commands, char **command, const DbSession *session, GHashTable *values,
                       BaseProcessEnd *ret_end, GError **error)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
	char *program = find_program(command[0], commands->directory);

	if (program == NULL)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "install it, or correct the command in the suite",
		                      "there is no program \"%s\" to run migrations with", command[0]);
	g_ptr_array_add(arguments, program);
	for (char **argument = command + 1; *argument != NULL; argument++)
		g_ptr_array_add(arguments, migration_commands_replace(*argument, values));
	g_ptr_array_add(arguments, NULL);
	g_auto(GStrv) environment = make_environment(commands, session, values);
	const BaseProcess process = { .arguments = (const char *const *)arguments->pdata,
		                      .environment = (const char *const *)environment,
		                      .input = -1,
		                      .output = -1,
		                      .merge_stdout = true,
		                      .directory = commands->directory,
		                      .timeout = (gint64)commands->timeout * G_USEC_PER_SEC };
	return base_process_run(&process, ret_end, error);
}
