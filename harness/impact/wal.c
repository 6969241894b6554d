#include "impact/wal.h"

#include "impact/sql.h"

struct ImpactWal {
	ScratchDatabase *database;
	DbSession *session;
	bool keeps; /* the server keeps the log for it */
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

/* Without the slot, a checkpoint would remove WAL that has not been read. It is dropped with the session, however
 * that ends. */
static void
wal_keep(ImpactWal *wal)
{
	g_autofree char *name = g_strdup_printf("pgassay_%d", db_session_backend_pid(wal->session));
	g_autofree char *made = db_session_query_value(
	    wal->session, NULL,
	    "SELECT s.slot_name FROM pg_catalog.pg_create_physical_replication_slot($1, true, true) s", name, NULL);

	wal->keeps = made != NULL;
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
	wal_keep(wal);
	return g_steal_pointer(&wal);
}

/* Only WAL on disk can be read. A commit with a record of its own waits for the disk, and everything before it is on
 * disk then. */
static bool
wal_flush(ImpactWal *wal)
{
	return db_session_execute(wal->session, "SET synchronous_commit = on", NULL) &&
	       db_session_execute(wal->session, "SELECT pg_catalog.pg_logical_emit_message(true, 'pgassay', '')", NULL);
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

void
impact_wal_forget(ImpactWal *wal, gint64 to)
{
	if (wal == NULL || !wal->keeps || to <= 0)
		return;
	g_autofree char *name = g_strdup_printf("pgassay_%d", db_session_backend_pid(wal->session));
	g_autofree char *last = g_strdup_printf("%" G_GINT64_FORMAT, to);
	/* WAL that is kept longer only takes space. */
	g_free(db_session_query_value(
	    wal->session, NULL,
	    "SELECT s.end_lsn FROM pg_catalog.pg_replication_slot_advance($1, '0/0'::pg_catalog.pg_lsn + $2::numeric) "
	    "s",
	    name, last, NULL));
}
