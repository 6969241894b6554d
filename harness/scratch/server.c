#include "scratch/server_private.h"

#include "base/error.h"
#include "scratch/binaries.h"
#include "scratch/tcp.h"

#include <poll.h>
#include <string.h>

/* A reaper holds the lock while it drops databases. */
#define LOCK_TRIES    500
#define LOCK_PAUSE_MS 20

static ScratchServer *
server_new(void)
{
	ScratchServer *server = g_new0(ScratchServer, 1);

	g_mutex_init(&server->mutex);
	server->roles = g_ptr_array_new_with_free_func(g_free);
	server->maintenance = "postgres";
	scratch_mark_new_run(server->run);
	return server;
}

/* --- Sessions of our own ------------------------------------------------- */

/* Takes the advisory lock that shows that this run is alive; it lasts as long as the session. */
static bool
scratch_server_announce(ScratchServer *server, DbSession *session, GError **error)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		g_autofree char *key = scratch_mark_lock_key(server->run);
		g_autofree char *locked = db_session_query_value(
		    session, error, "SELECT pg_catalog.pg_try_advisory_lock($1::int, $2::int)", SCRATCH_LOCK_CLASS, key,
		    NULL);
		if (locked == NULL)
			return false;
		if (strcmp(locked, "t") == 0)
			return true;
		/* A reaper holds it for a moment, or another run has the number as well. Once there are
		 * databases with our number, it is ours for good. */
		if (server->databases == 0 && server->roles->len == 0)
			scratch_mark_new_run(server->run);
		else
			poll(NULL, 0, LOCK_PAUSE_MS);
	}
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, "run pgassay again",
	                      "could not announce the run %s to the server: another holds its lock", server->run);
}

/* Settings that an attached server may have, and that would end a session which has nothing to do for a while: with
 * the admin session goes the lock of the run. The version is the server's. */
static const char *
server_idle_options(int version)
{
	return version >= 140000 ? "-c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0"
	                         : "-c idle_in_transaction_session_timeout=0";
}

static bool
server_stay_idle(DbSession *session, GError **error)
{
	g_autoptr(DbResult) set = db_session_query(session, error,
	                                           "SELECT pg_catalog.set_config(name, '0', false)"
	                                           " FROM pg_catalog.pg_settings"
	                                           " WHERE name IN ('idle_session_timeout',"
	                                           " 'idle_in_transaction_session_timeout')",
	                                           NULL);

	return set != NULL;
}

DbSession *
scratch_server_admin(ScratchServer *server, bool cleanup, GError **error)
{
	DbSession **session = cleanup ? &server->cleanup : &server->admin;

	if (*session != NULL && db_session_transaction_state(*session) == DB_TRANSACTION_LOST)
		g_clear_pointer(session, db_session_close);
	if (*session != NULL)
		return *session;
	g_autoptr(DbSession) opened = db_session_open(server->endpoint, server->maintenance,
	                                              cleanup ? DB_SESSION_CLEANUP : DB_SESSION_INTERNAL, error);
	if (opened == NULL)
		return NULL;
	if (server->supervisor == NULL &&
	    (!server_stay_idle(opened, error) || (!cleanup && !scratch_server_announce(server, opened, error))))
		return NULL;
	*session = g_steal_pointer(&opened);
	return *session;
}

void
scratch_server_watch(ScratchServer *server)
{
	g_mutex_lock(&server->mutex);
	if (server->watch == NULL)
		server->watch = scratch_watch_new(server);
	g_mutex_unlock(&server->mutex);
}

static bool
scratch_server_ask_version(ScratchServer *server, GError **error)
{
	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *one = session != NULL ? db_session_query_value(session, error, "SELECT 1", NULL) : NULL;
	if (one != NULL) {
		server->version = db_session_server_version(session);
		server->version_text = g_strdup(db_session_server_version_text(session));
	}
	g_mutex_unlock(&server->mutex);
	return one != NULL;
}

/* --- Start, attach, stop ------------------------------------------------- */

ScratchServer *
scratch_server_start(const ScratchOptions *options, GError **error)
{
	g_autoptr(ScratchServer) server = server_new();

	if (!scratch_start(server, options, error) || !scratch_server_ask_version(server, error) ||
	    !scratch_tcp_admit(server, error))
		return NULL;
	return g_steal_pointer(&server);
}

/* A name may stand for several servers; all sessions of the run go to the server of the first session. */
static void
scratch_server_pin(ScratchServer *server, const DbSession *session)
{
	DbEndpoint *pinned = db_endpoint_pin(server->endpoint, session);

	db_endpoint_unref(server->endpoint);
	server->endpoint = pinned;
}

/* All runs have to use the same database, because advisory locks belong to a database: "postgres", or "template1"
 * only if there is no "postgres". A run that used another one would take live runs for dead. */
static bool
choose_maintenance(ScratchServer *server, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(DbSession) session = db_session_open(server->endpoint, "postgres", DB_SESSION_INTERNAL, &cause);

	if (session != NULL) {
		scratch_server_pin(server, session);
		return true;
	}
	g_autoptr(DbSession) other = db_session_open(server->endpoint, "template1", DB_SESSION_INTERNAL, NULL);
	g_autofree char *exists = other == NULL ? NULL
	                                        : db_session_query_value(other, NULL,
	                                                                 "SELECT count(*) FROM pg_catalog.pg_database "
	                                                                 "WHERE datname = 'postgres'",
	                                                                 NULL);
	if (g_strcmp0(exists, "0") == 0) {
		scratch_server_pin(server, other);
		server->maintenance = "template1";
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}

ScratchServer *
scratch_server_attach(DbEndpoint *endpoint, GError **error)
{
	g_autoptr(ScratchServer) server = server_new();

	server->endpoint = db_endpoint_ref(endpoint);
	server->origin = g_strdup(db_endpoint_describe(endpoint));
	if (!choose_maintenance(server, error) || !scratch_server_ask_version(server, error))
		return NULL;
	if (server->version < SCRATCH_VERSION_MIN) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, "use a server of version 13 or newer",
		               "the server (%s) is PostgreSQL %s, which is too old", server->origin,
		               server->version_text);
		return NULL;
	}
	scratch_reap(server);
	DbEndpoint *with_options = db_endpoint_new_with_options(server->endpoint, server_idle_options(server->version));
	db_endpoint_unref(server->endpoint);
	server->endpoint = with_options;
	return g_steal_pointer(&server);
}

/* A role that something of the user's depends on by now stays; the server sees to that. */
static void
drop_roles(ScratchServer *server)
{
	DbSession *session = server->roles->len > 0 ? scratch_server_admin(server, true, NULL) : NULL;

	for (guint i = 0; session != NULL && i < server->roles->len; i++) {
		g_autofree char *role = db_session_quote_identifier(session, g_ptr_array_index(server->roles, i));
		g_autofree char *sql = g_strdup_printf("DROP ROLE IF EXISTS %s", role);
		db_session_execute(session, sql, NULL);
	}
}

void
scratch_server_stop(ScratchServer *server)
{
	if (server == NULL)
		return;
	scratch_watch_free(server->watch);
	if (server->endpoint != NULL && server->supervisor == NULL)
		drop_roles(server);
	db_session_close(server->cleanup);
	db_session_close(server->admin);
	scratch_supervisor_stop(server->supervisor);
	db_endpoint_unref(server->endpoint);
	db_endpoint_unref(server->clients);
	scratch_cache_close(server->contents);
	g_ptr_array_unref(server->roles);
	g_mutex_clear(&server->mutex);
	g_free(server->version_text);
	g_free(server->origin);
	g_free(server);
}

char *
scratch_server_keep(ScratchServer *server)
{
	if (server->supervisor == NULL)
		return NULL;
	scratch_supervisor_keep(server->supervisor);
	server->kept = true;
	return g_strdup_printf("kill %ld", (long)scratch_supervisor_pid(server->supervisor));
}

/* A commit that is waited for writes the log up to itself, with all commits before it that were not waited for. */
static bool
write_log(ScratchServer *server, GError **error)
{
	DbSession *session = scratch_server_admin(server, false, error);

	return session != NULL &&
	       db_session_execute(session,
	                          "BEGIN; SET LOCAL synchronous_commit = on; "
	                          "SELECT pg_catalog.pg_logical_emit_message(true, 'pgassay', ''); COMMIT",
	                          error);
}

bool
scratch_server_crash(ScratchServer *server, GError **error)
{
	if (server->supervisor == NULL)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
		                      "the server (%s) is not pgassay's own, and is not crashed", server->origin);
	g_mutex_lock(&server->mutex);
	bool done = write_log(server, error) && scratch_supervisor_crash(server->supervisor, error) &&
	            scratch_supervisor_launch(server->supervisor, error) &&
	            scratch_supervisor_wait(server->supervisor, error) == SCRATCH_WAIT_READY;
	g_clear_pointer(&server->admin, db_session_close);
	g_clear_pointer(&server->cleanup, db_session_close);
	g_mutex_unlock(&server->mutex);
	return done;
}

/* --- Properties ---------------------------------------------------------- */

char *
scratch_server_file(const ScratchServer *server, const char *name)
{
	if (server->supervisor == NULL)
		return NULL;
	g_autofree char *folder = g_path_get_dirname(scratch_supervisor_data(server->supervisor));
	return g_build_filename(folder, name, NULL);
}

bool
scratch_server_has_clients(const ScratchServer *server)
{
	return server->clients != NULL;
}

const DbEndpoint *
scratch_server_client_endpoint(const ScratchServer *server)
{
	return server->clients != NULL ? server->clients : server->endpoint;
}

const DbEndpoint *
scratch_server_endpoint(const ScratchServer *server)
{
	return server->endpoint;
}

int
scratch_server_version(const ScratchServer *server)
{
	return server->version;
}

const char *
scratch_server_version_text(const ScratchServer *server)
{
	return server->version_text;
}

const char *
scratch_server_origin(const ScratchServer *server)
{
	return server->origin;
}

bool
scratch_server_is_own(const ScratchServer *server)
{
	return server->supervisor != NULL;
}

bool
scratch_server_has_extension(ScratchServer *server, const char *name, bool *ret_has, GError **error)
{
	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *has = session == NULL ? NULL
	                                       : db_session_query_value(session, error,
	                                                                "SELECT EXISTS (SELECT FROM "
	                                                                "pg_catalog.pg_available_extensions "
	                                                                "WHERE name = $1)",
	                                                                name, NULL);
	g_mutex_unlock(&server->mutex);
	if (has == NULL)
		return false;
	*ret_has = strcmp(has, "t") == 0;
	return true;
}

/* --- Roles --------------------------------------------------------------- */

/* Both statements are one transaction: there is no role of ours without its mark. A server of
 * our own keeps its roles to itself, and they stay as the user would have made them. */
static bool
create_role(ScratchServer *server, DbSession *session, const char *role, GError **error)
{
	g_autofree char *mark = scratch_mark_text(SCRATCH_MARK_ROLE, server->run, role);
	g_autofree char *name = db_session_quote_identifier(session, role);
	g_autofree char *literal = db_session_quote_literal(session, mark);
	g_autofree char *comment = g_strdup_printf("COMMENT ON ROLE %s IS %s", name, literal);
	g_autofree char *sql = g_strdup_printf("CREATE ROLE %s NOLOGIN; %s", name,
	                                       server->supervisor == NULL ? comment : "");

	return db_session_execute(session, sql, error);
}

static bool
ensure_role(ScratchServer *server, const char *role, GError **error)
{
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *exists = NULL;
	g_autoptr(GError) cause = NULL;

	if (session == NULL)
		return false;
	exists = db_session_query_value(
	    session, error, "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)", role, NULL);
	if (exists == NULL || strcmp(exists, "t") == 0)
		return exists != NULL;
	if (create_role(server, session, role, &cause)) {
		g_ptr_array_add(server->roles, g_strdup(role));
		return true;
	}
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);
	/* Another run was faster. */
	if (diagnostic != NULL && diagnostic->sqlstate != NULL &&
	    (strcmp(diagnostic->sqlstate, db_sqlstate_of("duplicate_object")) == 0 ||
	     strcmp(diagnostic->sqlstate, db_sqlstate_of("unique_violation")) == 0))
		return true;
	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_INTERRUPTED)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not create the role \"%s\": %s", role,
	                      cause->message);
}

bool
scratch_server_create_role(ScratchServer *server, const char *role, GError **error)
{
	g_mutex_lock(&server->mutex);
	bool done = ensure_role(server, role, error);
	g_mutex_unlock(&server->mutex);
	return done;
}
