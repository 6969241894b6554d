/* Stores servers with their contents for a later run. */
#include "scratch/server_private.h"

#include <glib/gstdio.h>
#include <string.h>

bool
scratch_server_has_contents(const ScratchServer *server)
{
	return server->has_contents;
}

/* --- Parts that are not stored --------------------------------------------- */

/* Runs the statement in each row of the query's result. */
static bool
contents_run_each(DbSession *session, const char *query)
{
	g_autoptr(DbResult) rows = db_session_query(session, NULL, query, NULL);

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++)
		if (!db_session_execute(session, db_result_value(rows, i, 0), NULL))
			return false;
	return rows != NULL;
}

/* Scratch databases, and roles of owners. *ret_segment is the only file of the log that is needed then. */
static bool
contents_clean(DbSession *session, char **ret_segment)
{
	if (!contents_run_each(session, "SELECT pg_catalog.format('DROP DATABASE %I WITH (FORCE)', datname)"
	                                " FROM pg_catalog.pg_database WHERE datname ~ '^pgassay_[0-9a-f]+_[0-9]+$'") ||
	    !contents_run_each(session,
	                       "SELECT pg_catalog.format('DROP ROLE %I', rolname)"
	                       " FROM pg_catalog.pg_roles WHERE rolname ~ '^pgassay_[0-9a-f]+_[0-9]+_owner$'") ||
	    !db_session_execute(session, "SELECT pg_catalog.pg_switch_wal()", NULL) ||
	    !db_session_execute(session, "CHECKPOINT", NULL))
		return false;
	*ret_segment = db_session_query_value(
	    session, NULL, "SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn())", NULL);
	return *ret_segment != NULL;
}

/* Segments of the log that were made for later, or are done with. */
static void
contents_remove_log(const char *data, const char *segment)
{
	g_autofree char *folder = g_build_filename(data, "pg_wal", NULL);
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (strlen(name) == strlen(segment) && strcmp(name, segment) != 0)
			g_unlink(path);
	}
}

/* Removes the files of the process that has ended: its socket and its postmaster.pid. */
static void
contents_remove_process(const char *data)
{
	g_autoptr(GDir) directory = g_dir_open(data, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(data, name, NULL);
		if (g_str_has_prefix(name, ".s.PGSQL") || strcmp(name, "postmaster.pid") == 0)
			g_unlink(path);
	}
}

/* --- Keeping ------------------------------------------------------------------ */

/* After a checkpoint nothing writes any more: the files on disk are complete, and a start needs no recovery. */
static void
contents_keep(ScratchServer *server)
{
	const char *data = scratch_supervisor_data(server->supervisor);
	g_autofree char *segment = NULL;
	DbSession *session = scratch_server_admin(server, false, NULL);

	if (session == NULL || !contents_clean(session, &segment) || !scratch_cache_lock(server->contents, NULL) ||
	    !scratch_supervisor_crash(server->supervisor, NULL))
		return;
	contents_remove_log(data, segment);
	contents_remove_process(data);
	scratch_cache_store(server->contents, data);
	scratch_cache_limit(server->contents);
}

void
scratch_server_store(ScratchServer *server)
{
	if (server->supervisor == NULL || server->contents == NULL || !server->stores || server->kept)
		return;
	g_mutex_lock(&server->mutex);
	contents_keep(server);
	g_clear_pointer(&server->admin, db_session_close);
	g_clear_pointer(&server->cleanup, db_session_close);
	g_mutex_unlock(&server->mutex);
}
