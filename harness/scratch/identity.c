#include "scratch/server_private.h"

/* In one form, whatever a migration makes of the settings of roles and databases. The checkpointer is begun anew when
 * the server has ended all sessions after the crash of one of its processes; a role without pg_monitor does not see it.
 */
static const char identity_sql[] =
    "SELECT pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),"
    " (SELECT pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    " FROM pg_catalog.pg_stat_activity a WHERE a.backend_type = 'checkpointer')";

void
scratch_identity_clear(ScratchIdentity *identity)
{
	g_free(identity->started);
	g_free(identity->checkpointer);
	*identity = (ScratchIdentity){ 0 };
}

bool
scratch_server_identify(const ScratchServer *server, ScratchIdentity *ret_identity, GError **error)
{
	g_autoptr(DbSession)
	    session = db_session_open(server->endpoint, server->maintenance, DB_SESSION_INTERNAL, error);
	g_autoptr(DbResult) found = session != NULL ? db_session_query(session, error, identity_sql, NULL) : NULL;

	if (found == NULL)
		return false;
	*ret_identity = (ScratchIdentity){ .started = g_strdup(db_result_value(found, 0, 0)),
		                           .checkpointer = g_strdup(db_result_value(found, 0, 1)) };
	return true;
}

bool
scratch_identity_equal(const ScratchIdentity *a, const ScratchIdentity *b)
{
	/* It is not there yet in the first moments of a server. */
	bool seen = a->checkpointer != NULL && b->checkpointer != NULL;

	return g_strcmp0(a->started, b->started) == 0 && (!seen || g_strcmp0(a->checkpointer, b->checkpointer) == 0);
}
