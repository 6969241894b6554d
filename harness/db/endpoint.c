#include "db/session_private.h"

#include "base/error.h"
#include "db/environment.h"
#include "db/mask.h"

#include <string.h>

/* A server of our own may be busy, and is never far away. */
#define SOCKET_CONNECT_TIMEOUT 60

/* A shorter one stands in too many words. */
#define SECRET_MIN 3

struct DbEndpoint {
	gatomicrefcount references;
	guint connect_timeout; /* seconds */
	bool shows_password;   /* in URLs: it is of one run alone */
	bool names_database;   /* the string names the database, or a service */
	GPtrArray *keywords;   /* of char *, the same length as values */
	GPtrArray *values;
	GString *settings; /* more options of a session that has the server's own settings */
	char *description;
	char *extra_options; /* of db_endpoint_new_with_options; or NULL */
};

static DbEndpoint *
endpoint_new(void)
{
	DbEndpoint *endpoint = g_new0(DbEndpoint, 1);

	g_atomic_ref_count_init(&endpoint->references);
	endpoint->connect_timeout = DB_CONNECT_TIMEOUT;
	endpoint->keywords = g_ptr_array_new_with_free_func(g_free);
	endpoint->values = g_ptr_array_new_with_free_func(g_free);
	endpoint->settings = g_string_new(NULL);
	return endpoint;
}

static void
endpoint_add(DbEndpoint *endpoint, const char *keyword, const char *value)
{
	g_ptr_array_add(endpoint->keywords, g_strdup(keyword));
	g_ptr_array_add(endpoint->values, g_strdup(value));
}

static const char *
endpoint_get(const DbEndpoint *endpoint, const char *keyword)
{
	for (guint i = 0; i < endpoint->keywords->len; i++)
		if (strcmp(g_ptr_array_index(endpoint->keywords, i), keyword) == 0)
			return g_ptr_array_index(endpoint->values, i);
	return NULL;
}

static void
endpoint_describe(DbEndpoint *endpoint)
{
	static const char *const shown[] = { "service", "host", "hostaddr", "port", "user" };
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
		const char *value = endpoint_get(endpoint, shown[i]);
		/* "bob:secret" as a user is a mistake in writing a URL. */
		bool two = strcmp(shown[i], "user") == 0 && value != NULL && strchr(value, ':') != NULL;
		if (value != NULL)
			g_string_append_printf(text, "%s%s=%.*s%s", text->len > 0 ? " " : "", shown[i],
			                       two ? (int)strcspn(value, ":") : (int)strlen(value), value,
			                       two ? ":***" : "");
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

	endpoint->connect_timeout = SOCKET_CONNECT_TIMEOUT;
	endpoint_add(endpoint, "host", directory);
	endpoint_add(endpoint, "port", port_text);
	endpoint_add(endpoint, "user", user);
	endpoint_add(endpoint, "sslmode", "disable");
	endpoint_add(endpoint, "gssencmode", "disable");
	/* A file that is not there: the user's own password file is for other servers. */
	endpoint_add(endpoint, "passfile", no_passwords);
	endpoint_describe(endpoint);
	return endpoint;
}

DbEndpoint *
db_endpoint_new_loopback(guint port, const char *user, const char *password)
{
	DbEndpoint *endpoint = endpoint_new();
	g_autofree char *port_text = g_strdup_printf("%u", port);

	endpoint->connect_timeout = SOCKET_CONNECT_TIMEOUT;
	endpoint->shows_password = true;
	endpoint_add(endpoint, "host", "127.0.0.1");
	endpoint_add(endpoint, "port", port_text);
	endpoint_add(endpoint, "user", user);
	endpoint_add(endpoint, "password", password);
	endpoint_add(endpoint, "sslmode", "disable");
	endpoint_add(endpoint, "gssencmode", "disable");
	endpoint_describe(endpoint);
	return endpoint;
}

const char *
db_endpoint_password(const DbEndpoint *endpoint)
{
	return endpoint_get(endpoint, "password");
}

bool
db_endpoint_shows_password(const DbEndpoint *endpoint)
{
	return endpoint->shows_password;
}

/* --- Connection strings of the user ----------------------------------------------- */

/* A text of ports or hosts with commas between them: true when each is made of these characters. */
static bool
is_made_of(const char *list, const char *characters)
{
	return list == NULL || strspn(list, characters) == strlen(list);
}

/* A password with an unencoded "@", ":" or "/" ends up in the host, the port or the database, and from there in
 * error messages of libpq. No server has such a host, port or database. */
static bool
endpoint_check_parts(const DbEndpoint *endpoint, const char *conninfo, GError **error)
{
	const char *host = endpoint_get(endpoint, "host");
	const char *database = endpoint_get(endpoint, "dbname");
	bool url = strstr(conninfo, "://") != NULL;
	bool odd_host = url && host != NULL && *host != '\0' && strchr(host + 1, '@') != NULL;
	bool odd_database = url && database != NULL && strchr(database, '@') != NULL &&
	                    endpoint_get(endpoint, "user") == NULL;

	if (is_made_of(endpoint_get(endpoint, "port"), "0123456789,") && !odd_host && !odd_database)
		return true;
	return base_error_set(error, BASE_ERROR_USAGE,
	                      "in a URL, what a password has of % @ : / ? # is written as %25 %40 %3A %2F %3F %23",
	                      "the server's connection string cannot be read: its %s is none",
	                      odd_host       ? "host"
	                      : odd_database ? "database"
	                                     : "port");
}

/* libpq sends these by itself, as settings of the session. */
static void
add_session_variables(DbEndpoint *endpoint)
{
	static const char *const variables[][2] = { { "PGDATESTYLE", "datestyle" },
		                                    { "PGTZ", "timezone" },
		                                    { "PGGEQO", "geqo" } };

	for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
		const char *value = db_environment_get(variables[i][0]);
		if (value == NULL || g_ascii_strcasecmp(value, "default") == 0)
			continue;
		g_string_append_printf(endpoint->settings, " -c %s=", variables[i][1]);
		for (; *value != '\0'; value++)
			g_string_append_printf(endpoint->settings, *value == ' ' || *value == '\\' ? "\\%c" : "%c",
			                       *value);
	}
}

/* As libpq does it: the string takes precedence over the service, and the service over the environment. */
static void
add_variables(DbEndpoint *endpoint)
{
	const char *service = db_environment_get("PGSERVICE");

	if (endpoint_get(endpoint, "service") == NULL && service != NULL)
		endpoint_add(endpoint, "service", service);
	service = endpoint_get(endpoint, "service");
	g_autoptr(GHashTable) of_service = service != NULL ? db_service_keywords(service) : NULL;
	PQconninfoOption *options = PQconndefaults();
	for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
		const char *value = option->envvar != NULL ? db_environment_get(option->envvar) : NULL;
		if (strcmp(option->keyword, "sslmode") == 0 && value == NULL &&
		    g_strcmp0(db_environment_get("PGREQUIRESSL"), "1") == 0)
			value = "require";
		if (value != NULL && endpoint_get(endpoint, option->keyword) == NULL &&
		    (of_service == NULL || !g_hash_table_contains(of_service, option->keyword)))
			endpoint_add(endpoint, option->keyword, value);
	}
	PQconninfoFree(options);
	add_session_variables(endpoint);
}

static bool
read_conninfo(DbEndpoint *endpoint, const char *conninfo, GError **error)
{
	char *cause = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &cause);

	if (options == NULL) {
		/* libpq's message may quote the string, and a password in it. */
		PQfreemem(cause);
		return base_error_set(error, BASE_ERROR_USAGE,
		                      "write it as postgresql://user@host:port/database or as host=... port=... "
		                      "dbname=...",
		                      "the server's connection string cannot be read");
	}
	for (PQconninfoOption *option = options; option->keyword != NULL; option++)
		if (option->val != NULL && option->val[0] != '\0')
			endpoint_add(endpoint, option->keyword, option->val);
	PQconninfoFree(options);
	return endpoint_check_parts(endpoint, conninfo, error);
}

DbEndpoint *
db_endpoint_new_conninfo(const char *conninfo, GError **error)
{
	g_autoptr(DbEndpoint) endpoint = endpoint_new();

	/* A script whose variable is not set passes an empty string. */
	if (conninfo[strspn(conninfo, " \t\n")] == '\0') {
		base_error_set(
		    error, BASE_ERROR_USAGE,
		    "name the server: postgresql://user@host:port/database; \"postgresql:///\" is the one that "
		    "the PG* variables name",
		    "the connection string is empty");
		return NULL;
	}
	if (!read_conninfo(endpoint, conninfo, error))
		return NULL;
	endpoint->names_database = endpoint_get(endpoint, "dbname") != NULL ||
	                           endpoint_get(endpoint, "service") != NULL;
	add_variables(endpoint);
	const char *timeout = endpoint_get(endpoint, "connect_timeout");
	gint64 seconds = timeout != NULL ? g_ascii_strtoll(timeout, NULL, 10) : 0;
	if (seconds > 0)
		endpoint->connect_timeout = (guint)MIN(seconds, DB_CONNECT_TIMEOUT_MAX);
	endpoint_describe(endpoint);
	return g_steal_pointer(&endpoint);
}

bool
db_endpoint_names_database(const DbEndpoint *endpoint)
{
	return endpoint->names_database;
}

void
db_endpoint_set_connect_timeout(DbEndpoint *endpoint, guint seconds)
{
	if (seconds > 0)
		endpoint->connect_timeout = seconds;
}

guint
db_endpoint_connect_timeout(const DbEndpoint *endpoint)
{
	return endpoint->connect_timeout;
}

bool
db_endpoint_is_socket(const DbEndpoint *endpoint)
{
	const char *host = endpoint_get(endpoint, "host");
	g_auto(GStrv) hosts = host != NULL ? g_strsplit(host, ",", -1) : NULL;

	if (hosts == NULL || endpoint_get(endpoint, "hostaddr") != NULL || endpoint_get(endpoint, "service") != NULL)
		return false;
	for (char **each = hosts; *each != NULL; each++)
		if (**each != '/' && **each != '@')
			return false;
	return true;
}

const char *
db_endpoint_get(const DbEndpoint *endpoint, const char *keyword)
{
	return endpoint_get(endpoint, keyword);
}

const char *
db_endpoint_settings(const DbEndpoint *endpoint)
{
	return endpoint->settings->str;
}

/* --- One server of several -------------------------------------------------------- */

DbEndpoint *
db_endpoint_pin(const DbEndpoint *endpoint, const DbSession *session)
{
	static const char *const own[] = { "host",    "hostaddr",         "port",           "service",
		                           "options", "application_name", "client_encoding" };
	DbEndpoint *pinned = endpoint_new();
	PQconninfoOption *options = PQconninfo(session->connection);
	const char *address = PQhostaddr(session->connection);

	endpoint_add(pinned, "host", PQhost(session->connection));
	if (address != NULL && *address != '\0')
		endpoint_add(pinned, "hostaddr", address);
	endpoint_add(pinned, "port", PQport(session->connection));
	for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
		bool ours = false;
		for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
			ours |= strcmp(option->keyword, own[i]) == 0;
		if (!ours && option->val != NULL && option->val[0] != '\0')
			endpoint_add(pinned, option->keyword, option->val);
	}
	PQconninfoFree(options);
	/* Parameters that our own sessions replace. */
	for (gsize i = 4; i < G_N_ELEMENTS(own); i++)
		if (endpoint_get(endpoint, own[i]) != NULL)
			endpoint_add(pinned, own[i], endpoint_get(endpoint, own[i]));
	g_string_assign(pinned->settings, endpoint->settings->str);
	pinned->connect_timeout = endpoint->connect_timeout;
	pinned->description = g_strdup(endpoint->description);
	return pinned;
}

DbEndpoint *
db_endpoint_new_with_options(const DbEndpoint *endpoint, const char *options)
{
	DbEndpoint *copy = endpoint_new();
	const char *before = endpoint_get(endpoint, "options");
	g_autofree char *all = g_strjoin(before != NULL ? " " : "", before != NULL ? before : "", options, NULL);

	for (guint i = 0; i < endpoint->keywords->len; i++)
		if (strcmp(g_ptr_array_index(endpoint->keywords, i), "options") != 0)
			endpoint_add(copy, g_ptr_array_index(endpoint->keywords, i),
			             g_ptr_array_index(endpoint->values, i));
	endpoint_add(copy, "options", all);
	copy->connect_timeout = endpoint->connect_timeout;
	copy->names_database = endpoint->names_database;
	g_string_assign(copy->settings, endpoint->settings->str);
	copy->extra_options = g_strdup(options);
	endpoint_describe(copy);
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
	g_string_free(endpoint->settings, TRUE);
	g_free(endpoint->description);
	g_free(endpoint->extra_options);
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
		const char *value = endpoint_get(endpoint, flags[i].keyword);
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
db_endpoint_mask(const DbEndpoint *endpoint, const char *text)
{
	char *masked = db_mask(text);

	for (guint i = 0; i < endpoint->keywords->len; i++) {
		const char *secret = g_ptr_array_index(endpoint->values, i);
		if (!is_secret(g_ptr_array_index(endpoint->keywords, i)) || strlen(secret) < SECRET_MIN)
			continue;
		g_auto(GStrv) parts = g_strsplit(masked, secret, -1);
		g_free(masked);
		masked = g_strjoinv("***", parts);
	}
	return masked;
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
	const char *password = endpoint_get(endpoint, "password");
	char **environment = g_get_environ();

	return password != NULL ? g_environ_setenv(environment, "PGPASSWORD", password, TRUE) : environment;
}

char *
db_endpoint_join_options(const DbEndpoint *endpoint, const char *options)
{
	return options == NULL || endpoint->extra_options == NULL
	           ? g_strdup(options)
	           : g_strconcat(options, " ", endpoint->extra_options, NULL);
}

void
db_endpoint_add_parameters(const DbEndpoint *endpoint, GPtrArray *keywords, GPtrArray *values)
{
	for (guint i = 0; i < endpoint->keywords->len; i++) {
		g_ptr_array_add(keywords, g_ptr_array_index(endpoint->keywords, i));
		g_ptr_array_add(values, g_ptr_array_index(endpoint->values, i));
	}
}
