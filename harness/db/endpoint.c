#include "db/session_private.h"

#include "base/error.h"

#include <string.h>

struct DbEndpoint {
	gatomicrefcount references;
	GPtrArray *keywords; /* of char *, the same length as values */
	GPtrArray *values;
	char *description;
};

static DbEndpoint *
endpoint_new(void)
{
	DbEndpoint *endpoint = g_new0(DbEndpoint, 1);

	g_atomic_ref_count_init(&endpoint->references);
	endpoint->keywords = g_ptr_array_new_with_free_func(g_free);
	endpoint->values = g_ptr_array_new_with_free_func(g_free);
	return endpoint;
}

static void
add(DbEndpoint *endpoint, const char *keyword, const char *value)
{
	g_ptr_array_add(endpoint->keywords, g_strdup(keyword));
	g_ptr_array_add(endpoint->values, g_strdup(value));
}

static const char *
get(const DbEndpoint *endpoint, const char *keyword)
{
	for (guint i = 0; i < endpoint->keywords->len; i++)
		if (strcmp(g_ptr_array_index(endpoint->keywords, i), keyword) == 0)
			return g_ptr_array_index(endpoint->values, i);
	return NULL;
}

static void
describe(DbEndpoint *endpoint)
{
	static const char *const shown[] = { "service", "host", "hostaddr", "port", "user" };
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
		const char *value = get(endpoint, shown[i]);
		if (value != NULL)
			g_string_append_printf(text, "%s%s=%s", text->len > 0 ? " " : "", shown[i], value);
	}
	if (text->len == 0)
		g_string_append(text, "libpq's default server");
	endpoint->description = g_string_free(text, FALSE);
}

DbEndpoint *
db_endpoint_new_socket(const char *directory, guint port, const char *user)
{
	DbEndpoint *endpoint = endpoint_new();
	g_autofree char *port_text = g_strdup_printf("%u", port);
	g_autofree char *no_passwords = g_build_filename(directory, "no-passwords", NULL);

	add(endpoint, "host", directory);
	add(endpoint, "port", port_text);
	add(endpoint, "user", user);
	add(endpoint, "sslmode", "disable");
	add(endpoint, "gssencmode", "disable");
	/* A file that is not there: the user's own password file is for other servers. */
	add(endpoint, "passfile", no_passwords);
	describe(endpoint);
	return endpoint;
}

DbEndpoint *
db_endpoint_new_conninfo(const char *conninfo, GError **error)
{
	char *cause = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &cause);

	if (options == NULL) {
		/* libpq's message may quote the string, and a password in it. */
		base_error_set(error, BASE_ERROR_USAGE,
		               "write it as postgresql://user@host:port/ or as host=... port=...",
		               "the server's connection string cannot be read");
		PQfreemem(cause);
		return NULL;
	}
	DbEndpoint *endpoint = endpoint_new();
	for (PQconninfoOption *option = options; option->keyword != NULL; option++)
		if (option->val != NULL && option->val[0] != '\0')
			add(endpoint, option->keyword, option->val);
	PQconninfoFree(options);
	describe(endpoint);
	return endpoint;
}

DbEndpoint *
db_endpoint_new_with_options(const DbEndpoint *endpoint, const char *options)
{
	DbEndpoint *copy = endpoint_new();
	const char *before = get(endpoint, "options");
	g_autofree char *all = g_strjoin(before != NULL ? " " : "", before != NULL ? before : "", options, NULL);

	for (guint i = 0; i < endpoint->keywords->len; i++)
		if (strcmp(g_ptr_array_index(endpoint->keywords, i), "options") != 0)
			add(copy, g_ptr_array_index(endpoint->keywords, i), g_ptr_array_index(endpoint->values, i));
	add(copy, "options", all);
	describe(copy);
	return copy;
}

DbEndpoint *
db_endpoint_ref(DbEndpoint *endpoint)
{
	g_atomic_ref_count_inc(&endpoint->references);
	return endpoint;
}

void
db_endpoint_unref(DbEndpoint *endpoint)
{
	if (endpoint == NULL || !g_atomic_ref_count_dec(&endpoint->references))
		return;
	g_ptr_array_unref(endpoint->keywords);
	g_ptr_array_unref(endpoint->values);
	g_free(endpoint->description);
	g_free(endpoint);
}

const char *
db_endpoint_describe(const DbEndpoint *endpoint)
{
	return endpoint->description;
}

char *
db_endpoint_psql_command(const DbEndpoint *endpoint, const char *database)
{
	static const struct {
		const char *keyword;
		const char *flag;
	} flags[] = { { "host", "-h" }, { "port", "-p" }, { "user", "-U" } };
	GString *command = g_string_new("psql");

	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
		const char *value = get(endpoint, flags[i].keyword);
		if (value == NULL)
			continue;
		g_autofree char *quoted = g_shell_quote(value);
		g_string_append_printf(command, " %s %s", flags[i].flag, quoted);
	}
	g_autofree char *quoted = g_shell_quote(database);
	g_string_append_printf(command, " -d %s", quoted);
	return g_string_free(command, FALSE);
}

static bool
is_secret(const char *keyword)
{
	static const char *const secrets[] = { "password", "sslpassword", "scram_client_key", "scram_server_key",
		                               "oauth_client_secret" };

	for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++)
		if (strcmp(keyword, secrets[i]) == 0)
			return true;
	return false;
}

static void
append_parameter(GString *conninfo, const char *keyword, const char *value)
{
	g_string_append_printf(conninfo, "%s%s='", conninfo->len > 0 ? " " : "", keyword);
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			g_string_append_c(conninfo, '\\');
		g_string_append_c(conninfo, *value);
	}
	g_string_append_c(conninfo, '\'');
}

char *
db_endpoint_client_conninfo(const DbEndpoint *endpoint, const char *database)
{
	GString *conninfo = g_string_new(NULL);

	for (guint i = 0; i < endpoint->keywords->len; i++) {
		const char *keyword = g_ptr_array_index(endpoint->keywords, i);
		if (!is_secret(keyword) && strcmp(keyword, "dbname") != 0)
			append_parameter(conninfo, keyword, g_ptr_array_index(endpoint->values, i));
	}
	append_parameter(conninfo, "dbname", database);
	return g_string_free(conninfo, FALSE);
}

char **
db_endpoint_client_environment(const DbEndpoint *endpoint)
{
	const char *password = get(endpoint, "password");
	char **environment = g_get_environ();

	return password != NULL ? g_environ_setenv(environment, "PGPASSWORD", password, TRUE) : environment;
}

void
db_endpoint_add_parameters(const DbEndpoint *endpoint, GPtrArray *keywords, GPtrArray *values)
{
	for (guint i = 0; i < endpoint->keywords->len; i++) {
		g_ptr_array_add(keywords, g_ptr_array_index(endpoint->keywords, i));
		g_ptr_array_add(values, g_ptr_array_index(endpoint->values, i));
	}
}
