#include "db/session_private.h"

#include "base/error.h"
#include "db/sqlstate.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

/* Maximum size of the notices that are kept; warnings still fit when there is no room for other notices. */
#define NOTICES_MAX  ((gsize)256 * 1024)
#define WARNINGS_MAX ((gsize)512 * 1024)

static void
on_notice(void *data, const PGresult *notice)
{
	DbSession *session = data;
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);

	if (message == NULL)
		return;
	if (session->notices == NULL)
		session->notices = g_string_new(NULL);
	severity = severity != NULL ? severity : "NOTICE";
	if (session->notices->len > (strcmp(severity, "WARNING") == 0 ? WARNINGS_MAX : NOTICES_MAX)) {
		session->n_left_out++;
		return;
	}
	/* The text is in the result's own memory. */
	db_session_cut_text(message);
	g_string_append_printf(session->notices, "%s: %s\n", severity, message);
}

/* A failure to connect, as one error: libpq's own text already names the cause and the server. It asks a question, too,
 * which our hint answers. */
static void
set_connection_error(const DbEndpoint *endpoint, PGconn *connection, GError **error)
{
	g_autoptr(GRegex) question = g_regex_new("\\n\\tIs the server running[^\\n]*", 0, 0, NULL);
	g_autofree char *text = g_regex_replace_literal(question, PQerrorMessage(connection), -1, 0, "", 0, NULL);
	g_autofree char *cause = db_endpoint_mask(endpoint, text != NULL ? text : PQerrorMessage(connection));

	base_error_set(error, BASE_ERROR_ENVIRONMENT, db_connect_hint(cause),
	               "could not connect to the server (%s): %s", db_endpoint_describe(endpoint), g_strstrip(cause));
}

/* Its settings are the server's own. */
static bool
is_of_the_user(DbSessionPurpose purpose)
{
	return purpose == DB_SESSION_MIGRATION || purpose == DB_SESSION_LARGE || purpose == DB_SESSION_BESIDE;
}

/* The value of the parameter "options"; NULL: the endpoint's own. */
static char *
startup_options(const DbEndpoint *endpoint, DbSessionPurpose purpose, const DbLimits *limits)
{
	GString *options = g_string_new(NULL);
	const char *given = db_endpoint_get(endpoint, "options");

	if (is_of_the_user(purpose))
		g_string_append_printf(options, "%s%s", given != NULL ? given : "", db_endpoint_settings(endpoint));
	else
		g_string_append(options, "-c search_path=pg_catalog");
	if (purpose == DB_SESSION_LARGE)
		g_string_append(options, " -c enable_seqscan=off -c jit=off");
	if (purpose == DB_SESSION_READ_ONLY)
		g_string_append(options, " -c default_transaction_read_only=on");
	if (limits != NULL)
		g_string_append_printf(options, " -c statement_timeout=%u -c lock_timeout=%u",
		                       limits->statement_timeout, limits->lock_timeout);
	return g_string_free(options, options->len == 0);
}

static DbSession *
session_new(const DbEndpoint *endpoint, PGconn *connection, DbSessionPurpose purpose, const DbLimits *limits)
{
	DbSession *session = g_new0(DbSession, 1);

	session->shows_password = db_endpoint_shows_password(endpoint);
	session->connection = connection;
	session->uninterruptible = purpose == DB_SESSION_CLEANUP;
	session->prepared = g_hash_table_new(NULL, NULL);
	session->limited = limits != NULL;
	if (limits != NULL)
		session->limits = *limits;
	if (!PQsslInUse(connection) && !PQgssEncInUse(connection)) {
		session->trim = db_trim_new(PQsocket(connection));
		db_trim_begin(session->trim);
	}
	PQsetNoticeReceiver(connection, on_notice, session);
	/* libpq would make one more text of each message, as long as the message. */
	PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE);
	return session;
}

DbSession *
db_session_open(const DbEndpoint *endpoint, const char *database, DbSessionPurpose purpose, GError **error)
{
	return db_session_open_limited(endpoint, database, purpose, NULL, error);
}

/* catalog/sql/version.sql knows that of BESIDE. */
static const char *
application_name(DbSessionPurpose purpose)
{
	switch (purpose) {
	case DB_SESSION_MIGRATION:
	case DB_SESSION_LARGE:
		return "pgassay migration";
	case DB_SESSION_BESIDE:
		return "pgassay beside";
	default:
		return "pgassay";
	}
}

DbSession *
db_session_open_limited(const DbEndpoint *endpoint, const char *database, DbSessionPurpose purpose,
                        const DbLimits *limits, GError **error)
{
	g_autoptr(GPtrArray) keywords = g_ptr_array_new();
	g_autoptr(GPtrArray) values = g_ptr_array_new();
	g_autofree char *own_options = startup_options(endpoint, purpose, limits);
	/* Those of a migration have the endpoint's own already. */
	g_autofree char *options = is_of_the_user(purpose) ? g_strdup(own_options)
	                                                   : db_endpoint_join_options(endpoint, own_options);

	db_endpoint_add_parameters(endpoint, keywords, values);
	/* libpq lets a later keyword win over an earlier one of the same name. */
	const char *const own[][2] = {
		{ "client_encoding", "UTF8" },
		{ "application_name", application_name(purpose) },
		{ "options", options },
		{ "dbname", database },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
		if (own[i][1] == NULL)
			continue;
		g_ptr_array_add(keywords, (gpointer)own[i][0]);
		g_ptr_array_add(values, (gpointer)own[i][1]);
	}
	g_ptr_array_add(keywords, NULL);
	g_ptr_array_add(values, NULL);
	PGconn *connection = db_connect(endpoint, keywords, values, purpose != DB_SESSION_CLEANUP, error);
	if (connection == NULL)
		return NULL;
	if (PQstatus(connection) != CONNECTION_OK || PQsetnonblocking(connection, 1) != 0) {
		set_connection_error(endpoint, connection, error);
		PQfinish(connection);
		return NULL;
	}
	return session_new(endpoint, connection, purpose, limits);
}

const DbLimits *
db_session_limits(const DbSession *session)
{
	return session->limited ? &session->limits : NULL;
}

void
db_session_drop_rows(DbSession *session, bool drop)
{
	if (session->trim != NULL)
		db_trim_drop_rows(session->trim, drop);
}

void
db_session_close(DbSession *session)
{
	if (session == NULL)
		return;
	db_trim_free(session->trim);
	PQfinish(session->connection);
	PQclear(session->failure);
	if (session->notices != NULL)
		g_string_free(session->notices, TRUE);
	g_hash_table_unref(session->prepared);
	g_free(session->limit_text);
	g_free(session);
}

int
db_session_server_version(const DbSession *session)
{
	return PQserverVersion(session->connection);
}

const char *
db_session_server_version_text(const DbSession *session)
{
	return PQparameterStatus(session->connection, "server_version");
}

int
db_session_descriptor(const DbSession *session)
{
	return PQsocket(session->connection);
}

int
db_session_backend_pid(const DbSession *session)
{
	return PQbackendPID(session->connection);
}

const char *
db_session_host(const DbSession *session)
{
	return PQhost(session->connection);
}

const char *
db_session_port(const DbSession *session)
{
	return PQport(session->connection);
}

const char *
db_session_user(const DbSession *session)
{
	return PQuser(session->connection);
}

const char *
db_session_database(const DbSession *session)
{
	return PQdb(session->connection);
}

char *
db_session_url(const DbSession *session)
{
	return db_session_url_of(session, PQdb(session->connection));
}

char *
db_session_url_of(const DbSession *session, const char *database)
{
	const char *host = PQhost(session->connection);
	bool socket = *host == '/' || *host == '@';
	g_autofree char *user = g_uri_escape_string(PQuser(session->connection), NULL, TRUE);
	g_autofree char *name = g_uri_escape_string(database, NULL, TRUE);
	g_autofree char *folder = socket ? g_uri_escape_string(host, NULL, TRUE) : NULL;
	bool brackets = !socket && strchr(host, ':') != NULL;
	g_autofree char *password = session->shows_password
	                                ? g_uri_escape_string(PQpass(session->connection), NULL, TRUE)
	                                : NULL;

	return g_strdup_printf("postgresql://%s%s%s@%s%s%s:%s/%s%s%s", user, password != NULL ? ":" : "",
	                       password != NULL ? password : "", brackets ? "[" : "", socket ? "localhost" : host,
	                       brackets ? "]" : "", PQport(session->connection), name, socket ? "?host=" : "",
	                       socket ? folder : "");
}

/* PGASSAY_ variables are ours, and do not affect connections. */
static char **
forget_connection(char **environment)
{
	g_auto(GStrv) names = g_listenv();

	for (char **name = names; *name != NULL; name++)
		if (g_str_has_prefix(*name, "PG") && !g_str_has_prefix(*name, "PGASSAY_"))
			environment = g_environ_unsetenv(environment, *name);
	return environment;
}

/* How the connection was made, as far as it is not libpq's default way: PGSSLMODE, PGSSLROOTCERT, ... */
static char **
add_connection_variables(const DbSession *session, char **environment)
{
	static const char *const others[] = { "PGSERVICE", "PGOPTIONS",  "PGAPPNAME",         "PGCLIENTENCODING",
		                              "PGHOST",    "PGHOSTADDR", "PGCONNECT_TIMEOUT", NULL };
	PQconninfoOption *options = PQconninfo(session->connection);
	const char *address = PQhostaddr(session->connection);

	for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
		if (option->envvar != NULL && option->val != NULL && option->val[0] != '\0' &&
		    g_strcmp0(option->val, option->compiled) != 0 && !g_strv_contains(others, option->envvar))
			environment = g_environ_setenv(environment, option->envvar, option->val, TRUE);
	PQconninfoFree(options);
	/* A name may stand for several servers; the program is to come to the same one. */
	if (address != NULL && *address != '\0')
		environment = g_environ_setenv(environment, "PGHOSTADDR", address, TRUE);
	return environment;
}

char **
db_session_client_environment(const DbSession *session)
{
	char **environment = add_connection_variables(session, forget_connection(g_get_environ()));
	g_autofree char *url = db_session_url(session);
	const struct {
		const char *name;
		const char *value;
	} variables[] = {
		{ "PGHOST", PQhost(session->connection) },     { "PGPORT", PQport(session->connection) },
		{ "PGUSER", PQuser(session->connection) },     { "PGDATABASE", PQdb(session->connection) },
		{ "PGPASSWORD", PQpass(session->connection) }, { "DATABASE_URL", url },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
		if (variables[i].value != NULL && *variables[i].value != '\0')
			environment = g_environ_setenv(environment, variables[i].name, variables[i].value, TRUE);
	return environment;
}

guint
db_session_local_port(const DbSession *session)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ip4;
		struct sockaddr_in6 ip6;
		struct sockaddr_storage room;
	} address = { 0 };
	socklen_t length = sizeof address;

	if (getsockname(PQsocket(session->connection), &address.any, &length) != 0)
		return 0;
	switch (address.any.sa_family) {
	case AF_INET:
		return ntohs(address.ip4.sin_port);
	case AF_INET6:
		return ntohs(address.ip6.sin6_port);
	default:
		return 0;
	}
}

DbTransactionState
db_session_transaction_state(const DbSession *session)
{
	switch (PQtransactionStatus(session->connection)) {
	case PQTRANS_IDLE:
		return DB_TRANSACTION_IDLE;
	case PQTRANS_INERROR:
		return DB_TRANSACTION_FAILED;
	case PQTRANS_INTRANS:
	case PQTRANS_ACTIVE:
		return DB_TRANSACTION_OPEN;
	case PQTRANS_UNKNOWN:
	default:
		return DB_TRANSACTION_LOST;
	}
}

const DbDiagnostic *
db_session_diagnostic(const DbSession *session)
{
	return session->has_diagnostic ? &session->diagnostic : NULL;
}

gint64
db_session_affected(const DbSession *session)
{
	return session->affected;
}

char *
db_session_take_notices(DbSession *session)
{
	GString *notices = g_steal_pointer(&session->notices);

	if (session->n_left_out > 0)
		g_string_append_printf(notices, "... and %u more, which are left out\n", session->n_left_out);
	session->n_left_out = 0;
	return notices != NULL ? g_string_free(notices, FALSE) : NULL;
}

void
db_session_run_cleanup(DbSession *session, const char *sql)
{
	bool uninterruptible = session->uninterruptible;

	session->uninterruptible = true;
	db_session_execute(session, sql, NULL);
	session->uninterruptible = uninterruptible;
}

static bool
session_deallocate(DbSession *session, const DbResult *names, GError **error)
{
	for (int i = 0; i < db_result_rows(names); i++) {
		g_autofree char *name = db_session_quote_identifier(session, db_result_value(names, i, 0));
		g_autofree char *sql = g_strdup_printf("DEALLOCATE %s", name);
		if (!db_session_execute(session, sql, error))
			return false;
	}
	return true;
}

bool
db_session_lacks_prepared(const DbSession *session)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);

	return diagnostic != NULL && (g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_INVALID_SQL_STATEMENT_NAME) == 0 ||
	                              g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_DUPLICATE_PREPARED_STATEMENT) == 0);
}

bool
db_session_forget_prepared(DbSession *session, GError **error)
{
	g_autoptr(DbResult) own = db_session_query(session, error,
	                                           "SELECT name FROM pg_catalog.pg_prepared_statements"
	                                           " WHERE pg_catalog.starts_with(name, '" DB_OWN_STATEMENTS "')",
	                                           NULL);

	g_hash_table_remove_all(session->prepared);
	return own != NULL && session_deallocate(session, own, error);
}

bool
db_session_reset(DbSession *session, GError **error)
{
	g_autoptr(DbResult) prepared = NULL;

	/* DISCARD ALL in its parts, but for the unlocking and the plans; unlike it, they may stand in a transaction. */
	if (!db_session_execute_rows(session,
	                             "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; "
	                             "DISCARD TEMP; DISCARD SEQUENCES; "
	                             "SELECT name FROM pg_catalog.pg_prepared_statements "
	                             "WHERE NOT pg_catalog.starts_with(name, '" DB_OWN_STATEMENTS "')",
	                             &prepared, error))
		return false;
	return session_deallocate(session, prepared, error);
}

char *
db_session_quote_identifier(DbSession *session, const char *name)
{
	char *quoted = PQescapeIdentifier(session->connection, name, strlen(name));
	/* NULL only for text that is not UTF-8; such a name cannot reach the server either. */
	char *copy = g_strdup(quoted != NULL ? quoted : "\"\"");

	PQfreemem(quoted);
	return copy;
}

char *
db_session_quote_literal(DbSession *session, const char *text)
{
	char *quoted = PQescapeLiteral(session->connection, text, strlen(text));
	char *copy = g_strdup(quoted != NULL ? quoted : "''");

	PQfreemem(quoted);
	return copy;
}
