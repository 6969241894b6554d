#include "scratch/database.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "scratch/server_private.h"
#include "scratch/settings.h"

#include <poll.h>
#include <string.h>

/* Sessions that were just closed take a moment to end on the server. */
#define TEMPLATE_TIMEOUT  ((gint64)2 * G_USEC_PER_SEC)
#define TEMPLATE_PAUSE_MS 1
#define END_TIMEOUT       (G_USEC_PER_SEC / 2)
#define END_PAUSE_MS      1

/* The template of an empty database. */
#define EMPTY "template0"

struct ScratchDatabase {
	ScratchServer *server;
	char *name;
	char *label;
	bool kept;
};

static void
database_free(ScratchDatabase *database)
{
	if (database == NULL)
		return;
	g_free(database->name);
	g_free(database->label);
	g_free(database);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchDatabase, database_free)

/* --- Templates ----------------------------------------------------------- */

/* Asked before each copy: the view pg_stat_activity would take the server longer to plan than this to run. */
static const DbPrepared database_sessions = {
	DB_OWN_STATEMENTS "database_sessions",
	"SELECT pg_catalog.string_agg(pg_catalog.format('%s of %s (process %s)', "
	"coalesce(nullif(a.application_name, ''), 'a session'), pg_catalog.pg_get_userbyid(a.usesysid), a.pid), ', ' "
	"ORDER BY a.pid) FROM pg_catalog.pg_stat_get_activity(NULL) a "
	"WHERE a.datid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = $1)"
};

/* The sessions on the database, as one text that is empty when there are none. */
static char *
ask_sessions(ScratchServer *server, const char *name, GError **error)
{
	const DbRequest request = { .prepared = &database_sessions, .parameter = name };
	g_autoptr(DbResult) found = NULL;

	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, error);
	bool asked = session != NULL && db_session_pipeline_requests(session, 1, &request, &found, error);
	g_mutex_unlock(&server->mutex);
	const char *sessions = asked ? db_result_value(found, 0, 0) : NULL;
	return asked ? g_strdup(sessions != NULL ? sessions : "") : NULL;
}

/* The server would wait by itself, but looks only every 100 ms. */
static bool
wait_until_unused(ScratchServer *server, const char *name, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + TEMPLATE_TIMEOUT;

	for (;;) {
		g_autofree char *sessions = ask_sessions(server, name, error);
		if (sessions == NULL || !base_interrupt_check(error))
			return false;
		if (sessions[0] == '\0')
			return true;
		if (g_get_monotonic_time() > deadline)
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, "close the sessions on it first",
			                      "could not copy the database \"%s\": it is in use by %s", name, sessions);
		struct pollfd interrupt = { .fd = base_interrupt_fd(), .events = POLLIN };
		poll(&interrupt, 1, TEMPLATE_PAUSE_MS);
	}
}

/* --- Create -------------------------------------------------------------- */

static const char *
scratch_database_hint_for(const DbSession *session)
{
	static const char *const hints[][2] = {
		{ "insufficient_privilege", "give the role the right to create databases: ALTER ROLE ... CREATEDB" },
		{ "object_in_use", "close the sessions on the database that is copied" },
		{ "disk_full", "free some space on the server's disk (TMPDIR, for a server of pgassay's own)" },
	};
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);

	for (gsize i = 0; diagnostic != NULL && diagnostic->sqlstate != NULL && i < G_N_ELEMENTS(hints); i++)
		if (strcmp(diagnostic->sqlstate, db_sqlstate_of(hints[i][0])) == 0)
			return hints[i][1];
	return NULL;
}

static bool
set_create_error(const DbSession *session, const char *label, GError *cause, GError **error)
{
	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_INTERRUPTED)) {
		g_propagate_error(error, g_error_copy(cause));
		return false;
	}
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, scratch_database_hint_for(session),
	                      "could not create a scratch database for \"%s\": %s", label, cause->message);
}

static bool
set_mark(const ScratchDatabase *database, DbSession *session, ScratchMarkKind kind, GError **error)
{
	g_autofree char *mark = scratch_mark_text(kind, database->server->run, database->label);
	g_autofree char *literal = db_session_quote_literal(session, mark);
	g_autofree char *sql = g_strdup_printf("COMMENT ON DATABASE %s IS %s", database->name, literal);

	return db_session_execute(session, sql, error);
}

/* DROP DATABASE would end the sessions, too, but then checks only every 100 ms whether they are gone, and a session
 * that was just closed takes some milliseconds. Sessions of another role that cannot be ended here are left to DROP
 * DATABASE. */
static void
end_sessions(DbSession *session, const char *name)
{
	gint64 deadline = g_get_monotonic_time() + END_TIMEOUT;

	while (g_get_monotonic_time() < deadline) {
		g_autofree char *sessions = db_session_query_value(session, NULL,
		                                                   "SELECT count(pg_catalog.pg_terminate_backend(pid)) "
		                                                   "FROM pg_catalog.pg_stat_activity "
		                                                   "WHERE datname = $1",
		                                                   name, NULL);
		if (sessions == NULL || strcmp(sessions, "0") == 0)
			return;
		poll(NULL, 0, END_PAUSE_MS);
	}
}

/* Drops the database, with the sessions on it. */
static bool
database_drop_named(DbSession *session, const char *name, GError **error)
{
	end_sessions(session, name);
	g_autofree char *quoted = db_session_quote_identifier(session, name);
	g_autofree char *sql = g_strdup_printf("DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);

	return db_session_execute(session, sql, error);
}

/* An empty database is a copy of template0: template1 may have been changed, and cannot be copied while another
 * session is connected to it. */
static bool
create_and_mark(const ScratchDatabase *database, DbSession *session, const char *template, GError **error)
{
	const ScratchServer *server = database->server;
	/* Without fsync the checkpoints of file_copy cost nothing, and it is twice as fast. On a
	 * server that is not ours they would be felt. */
	bool by_file = server->supervisor != NULL && server->version >= 150000;
	g_autofree char *limit = server->supervisor == NULL
	                             ? g_strdup_printf(" CONNECTION LIMIT %d", scratch_mark_limit(server->run))
	                             : g_strdup("");
	g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s TEMPLATE %s%s%s", database->name, template,
	                                       by_file ? " STRATEGY file_copy" : "", limit);
	g_autoptr(GError) cause = NULL;

	if (!db_session_execute(session, sql, &cause))
		return set_create_error(session, database->label, cause, error);
	if (set_mark(database, session, SCRATCH_MARK_DATABASE, &cause) &&
	    (strcmp(template, EMPTY) == 0 || template[0] == '"' ||
	     scratch_settings_copy(session, template, database->name, &cause)))
		return true;
	set_create_error(session, database->label, cause, error);
	DbSession *cleanup = scratch_server_admin(database->server, true, NULL);
	if (cleanup != NULL)
		database_drop_named(cleanup, database->name, NULL);
	return false;
}

ScratchDatabase *
scratch_database_create(ScratchServer *server, const char *label, const ScratchDatabase *template, GError **error)
{
	g_autoptr(ScratchDatabase) database = g_new0(ScratchDatabase, 1);

	if (template != NULL && !wait_until_unused(server, template->name, error))
		return NULL;
	if (server->supervisor == NULL)
		scratch_server_watch(server);
	database->server = server;
	database->label = g_strdup(label != NULL ? label : "");
	g_mutex_lock(&server->mutex);
	database->name = scratch_mark_name(server->run, ++server->databases);
	DbSession *session = scratch_server_admin(server, false, error);
	bool done = session != NULL &&
	            create_and_mark(database, session, template != NULL ? template->name : EMPTY, error);
	g_mutex_unlock(&server->mutex);
	return done ? g_steal_pointer(&database) : NULL;
}

bool
scratch_database_store(ScratchDatabase *database, const char *name, GError **error)
{
	ScratchServer *server = database->server;

	if (!wait_until_unused(server, database->name, error))
		return false;
	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *quoted = session != NULL ? db_session_quote_identifier(session, name) : NULL;
	g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s TEMPLATE %s%s", quoted, database->name,
	                                       server->version >= 150000 ? " STRATEGY file_copy" : "");
	bool done = session != NULL && db_session_execute(session, sql, error) &&
	            scratch_settings_copy(session, database->name, name, error);
	server->stores = server->stores || done;
	g_mutex_unlock(&server->mutex);
	return done;
}

ScratchDatabase *
scratch_database_take_stored(ScratchServer *server, const char *label, const char *name, GError **error)
{
	g_autoptr(ScratchDatabase) database = g_new0(ScratchDatabase, 1);
	g_autoptr(GError) cause = NULL;

	database->server = server;
	database->label = g_strdup(label);
	g_mutex_lock(&server->mutex);
	database->name = scratch_mark_name(server->run, ++server->databases);
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *quoted = session != NULL ? db_session_quote_identifier(session, name) : NULL;
	g_autofree char *sql = g_strdup_printf("ALTER DATABASE %s RENAME TO %s", quoted, database->name);
	bool done = session != NULL && ((db_session_execute(session, sql, &cause) &&
	                                 set_mark(database, session, SCRATCH_MARK_DATABASE, &cause)) ||
	                                set_create_error(session, label, cause, error));
	g_mutex_unlock(&server->mutex);
	return done ? g_steal_pointer(&database) : NULL;
}

void
scratch_database_give(ScratchDatabase *database, const char *name, bool made)
{
	ScratchServer *server = database->server;

	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, NULL);
	g_autofree char *quoted = session != NULL ? db_session_quote_identifier(session, name) : NULL;
	g_autofree char *sql = g_strdup_printf("COMMENT ON DATABASE %s IS NULL; ALTER DATABASE %s RENAME TO %s",
	                                       database->name, database->name, quoted);
	bool done = session != NULL && db_session_execute(session, sql, NULL);
	server->stores = server->stores || (done && made);
	g_mutex_unlock(&server->mutex);
	if (done)
		database_free(database);
	else
		scratch_database_drop(database, false);
}

bool
scratch_database_is_stored(ScratchServer *server, const char *name, bool *ret_stored, GError **error)
{
	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *found = session != NULL
	                             ? db_session_query_value(session, error,
	                                                      "SELECT EXISTS (SELECT FROM pg_catalog.pg_database"
	                                                      " WHERE datname = $1)",
	                                                      name, NULL)
	                             : NULL;
	g_mutex_unlock(&server->mutex);
	*ret_stored = g_strcmp0(found, "t") == 0;
	return found != NULL;
}

ScratchDatabase *
scratch_database_create_stored(ScratchServer *server, const char *label, const char *name, GError **error)
{
	g_autoptr(ScratchDatabase) database = g_new0(ScratchDatabase, 1);

	database->server = server;
	database->label = g_strdup(label);
	g_mutex_lock(&server->mutex);
	database->name = scratch_mark_name(server->run, ++server->databases);
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *quoted = session != NULL ? db_session_quote_identifier(session, name) : NULL;
	bool done = session != NULL && create_and_mark(database, session, quoted, error);
	if (done)
		done = scratch_settings_copy(session, name, database->name, error);
	g_mutex_unlock(&server->mutex);
	return done ? g_steal_pointer(&database) : NULL;
}

bool
scratch_database_renew(ScratchDatabase *database, const ScratchDatabase *template, GError **error)
{
	ScratchServer *server = database->server;

	if (!wait_until_unused(server, template->name, error))
		return false;
	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, error);
	bool done = session != NULL && database_drop_named(session, database->name, error) &&
	            create_and_mark(database, session, template->name, error);
	g_mutex_unlock(&server->mutex);
	return done;
}

/* --- Drop, keep, use ----------------------------------------------------- */

void
scratch_database_drop(ScratchDatabase *database, bool with_server)
{
	if (database == NULL)
		return;
	ScratchServer *server = database->server;
	g_mutex_lock(&server->mutex);
	bool ends_anyway = with_server && server->supervisor != NULL && !server->kept;
	if (!database->kept && !ends_anyway) {
		/* If the database cannot be dropped now, the reaper of the next run drops it. */
		DbSession *session = scratch_server_admin(server, true, NULL);
		if (session != NULL)
			database_drop_named(session, database->name, NULL);
	}
	g_mutex_unlock(&server->mutex);
	database_free(database);
}

/* For a server with a port: the URL has the password, so that any driver can take it. NULL when the connection fails.
 */
static char *
psql_command_of_clients(const ScratchDatabase *database)
{
	g_autoptr(DbSession) session = scratch_database_connect_client(database, NULL);

	if (session == NULL)
		return NULL;
	g_autofree char *url = db_session_url(session);
	g_autofree char *quoted = g_shell_quote(url);
	return g_strdup_printf("psql %s", quoted);
}

char *
scratch_database_keep(ScratchDatabase *database)
{
	ScratchServer *server = database->server;

	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, true, NULL);
	if (session != NULL && set_mark(database, session, SCRATCH_MARK_DATABASE_KEPT, NULL)) {
		g_autofree char *sql = g_strdup_printf("ALTER DATABASE %s CONNECTION LIMIT -1", database->name);
		db_session_execute(session, sql, NULL);
	}
	database->kept = true;
	g_mutex_unlock(&server->mutex);
	char *command = scratch_server_has_clients(server) ? psql_command_of_clients(database) : NULL;
	return command != NULL ? command : db_endpoint_psql_command(server->endpoint, database->name);
}

const char *
scratch_database_name(const ScratchDatabase *database)
{
	return database->name;
}

const char *
scratch_database_label(const ScratchDatabase *database)
{
	return database->label;
}

DbSession *
scratch_database_connect(const ScratchDatabase *database, DbSessionPurpose purpose, GError **error)
{
	return db_session_open(database->server->endpoint, database->name, purpose, error);
}

DbSession *
scratch_database_connect_client(const ScratchDatabase *database, GError **error)
{
	return db_session_open(scratch_server_client_endpoint(database->server), database->name, DB_SESSION_MIGRATION,
	                       error);
}
