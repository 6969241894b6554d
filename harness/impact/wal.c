#include "impact/wal.h"

#include "impact/sql.h"

struct ImpactWal {
	ScratchDatabase *database;
	DbSession *session;
};

void
impact_wal_close(ImpactWal *wal)
{
	if (wal == NULL)
		return;
	db_session_close(wal->session);
	scratch_database_drop(wal->database, false);
	g_free(wal);
}

ImpactWal *
impact_wal_open(ScratchServer *server, GError **error)
{
	g_autoptr(ImpactWal) wal = g_new0(ImpactWal, 1);

	wal->database = scratch_database_create(server, "log", NULL, error);
	if (wal->database != NULL)
		wal->session = scratch_database_connect(wal->database, DB_SESSION_INTERNAL, error);
	if (wal->session == NULL ||
	    !db_session_execute(wal->session, "CREATE EXTENSION pg_walinspect SCHEMA public", NULL))
		return NULL;
	return g_steal_pointer(&wal);
}

/* Only what is on disk can be read; a commit that waits for the disk brings all before it there. */
static bool
wal_flush(ImpactWal *wal)
{
	return db_session_execute(wal->session, "SET synchronous_commit = on", NULL) &&
	       db_session_execute(wal->session, "SELECT pg_catalog.txid_current()", NULL);
}

bool
impact_wal_read(ImpactWal *wal, gint64 from, gint64 to, const char *transactions, gint64 *ret_bytes)
{
	g_autofree char *first = g_strdup_printf("%" G_GINT64_FORMAT, from);
	g_autofree char *last = g_strdup_printf("%" G_GINT64_FORMAT, to);

	if (to <= from || *transactions == '\0') {
		*ret_bytes = 0;
		return true;
	}
	if (!wal_flush(wal))
		return false;
	g_autofree char *bytes = db_session_query_value(wal->session, NULL, impact_sql_records, first, last,
	                                                transactions, NULL);
	if (bytes == NULL)
		return false;
	*ret_bytes = g_ascii_strtoll(bytes, NULL, 10);
	return true;
}
