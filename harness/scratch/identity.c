#include "base/interrupt.h"
#include "scratch/server_private.h"

#include <string.h>

/* In one form, whatever a migration makes of the settings of roles and databases. The checkpointer is begun anew when
 * the server has ended all sessions after the crash of one of its processes; a role without pg_read_all_stats does not
 * see it. */
static const char identity_sql[] =
    "SELECT pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),"
    " (SELECT pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    " FROM pg_catalog.pg_stat_activity a WHERE a.backend_type = 'checkpointer'),"
    " pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')";

/* On a busy machine sessions are accepted before the checkpointer has started. */
#define CHECKPOINTER_TRIES 250
#define CHECKPOINTER_PAUSE ((gulong)20 * 1000) /* microseconds */

void
scratch_identity_clear(ScratchIdentity *identity)
{
	g_free(identity->started);
	g_free(identity->checkpointer);
	*identity = (ScratchIdentity){ 0 };
}

/* The row of identity_sql; as soon as the checkpointer is there, where it can be seen. */
static DbResult *
identity_ask(DbSession *session, GError **error)
{
	for (int tries = 0;; tries++) {
		g_autoptr(DbResult) found = db_session_query(session, error, identity_sql, NULL);
		bool waits = found != NULL && db_result_value(found, 0, 1) == NULL &&
		             strcmp(db_result_value(found, 0, 2), "t") == 0;
		if (!waits || tries == CHECKPOINTER_TRIES || base_interrupted())
			return g_steal_pointer(&found);
		g_usleep(CHECKPOINTER_PAUSE);
	}
}

bool
scratch_server_identify(const ScratchServer *server, ScratchIdentity *ret_identity, DbSession **ret_session,
                        GError **error)
{
	g_autoptr(DbSession)
	    session = db_session_open(server->endpoint, server->maintenance, DB_SESSION_INTERNAL, error);
	g_autoptr(DbResult) found = session != NULL ? identity_ask(session, error) : NULL;

	if (found == NULL)
		return false;
	*ret_identity = (ScratchIdentity){ .started = g_strdup(db_result_value(found, 0, 0)),
		                           .checkpointer = g_strdup(db_result_value(found, 0, 1)) };
	if (ret_session != NULL)
		*ret_session = g_steal_pointer(&session);
	return true;
}

bool
scratch_identity_equal(const ScratchIdentity *a, const ScratchIdentity *b)
{
	bool seen = a->checkpointer != NULL && b->checkpointer != NULL;

	return g_strcmp0(a->started, b->started) == 0 && (!seen || g_strcmp0(a->checkpointer, b->checkpointer) == 0);
}
