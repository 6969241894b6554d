#include "impact/barrier.h"

#include "report/observation.h"

/* An autovacuum worker gives way after a second. */
#define LOCK_TIMEOUT "SET LOCAL lock_timeout = '3s'"

typedef struct {
	const char *mode;
	const char *begin;
	const char *last;  /* the first statement of the transaction */
	guint conflicting; /* locks of others that it would have to wait for, as bits */
} BarrierKind;

#define BARRIER_BIT(mode) (1U << (mode))

static const BarrierKind barrier_kinds[] = {
	[IMPACT_BARRIER_SHARE] = { "SHARE", "BEGIN ISOLATION LEVEL READ COMMITTED", NULL,
	                           BARRIER_BIT(REPORT_LOCK_ROW_EXCLUSIVE) |
	                               BARRIER_BIT(REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE) |
	                               BARRIER_BIT(REPORT_LOCK_SHARE_ROW_EXCLUSIVE) |
	                               BARRIER_BIT(REPORT_LOCK_EXCLUSIVE) | BARRIER_BIT(REPORT_LOCK_ACCESS_EXCLUSIVE) },
	[IMPACT_BARRIER_ACCESS_SHARE] = { "ACCESS SHARE", "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT 1",
	                                  BARRIER_BIT(REPORT_LOCK_ACCESS_EXCLUSIVE) },
};

struct ImpactBarrier {
	const ScratchDatabase *database;
	const BarrierKind *kind;
	const DbResult *tables;
	DbSession *holder; /* NULL: it is open */
	DbSession *other;  /* idle; NULL: not opened yet */
};

DbResult *
impact_barrier_tables(DbSession *session, GError **error)
{
	/* 16384 is the first OID that is not the server's own. */
	return db_session_query(
	    session, error,
	    "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c"
	    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
	    " AND c.relpersistence <> 't' AND c.oid >= '16384'::pg_catalog.oid ORDER BY c.oid",
	    NULL);
}

static bool
barrier_is_left_out(const ImpactBarrier *barrier, int row, GHashTable *seen)
{
	guint oid = (guint)g_ascii_strtoull(db_result_value(barrier->tables, row, 0), NULL, 10);
	guint modes = seen != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(seen, GUINT_TO_POINTER(oid))) : 0;

	return (modes & barrier->kind->conflicting) != 0;
}

/* The statement that locks all tables but those with a lock in `seen` that it would wait for; NULL: there are none. */
static char *
barrier_statement(const ImpactBarrier *barrier, GHashTable *seen)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (int i = 0; i < db_result_rows(barrier->tables); i++)
		if (!barrier_is_left_out(barrier, i, seen))
			g_string_append_printf(names, "%sONLY %s", names->len > 0 ? ", " : "",
			                       db_result_value(barrier->tables, i, 1));
	if (names->len == 0)
		return NULL;
	return g_strdup_printf("LOCK TABLE %s IN %s MODE%s", names->str, barrier->kind->mode,
	                       seen != NULL ? " NOWAIT" : "");
}

/* LOCK TABLE takes no snapshot. */
static bool
barrier_lock(const ImpactBarrier *barrier, DbSession *session, GHashTable *seen, GError **error)
{
	g_autofree char *statement = barrier_statement(barrier, seen);
	const char *last = seen == NULL ? barrier->kind->last : NULL;

	return db_session_execute(session, seen == NULL ? barrier->kind->begin : "BEGIN", error) &&
	       db_session_execute(session, LOCK_TIMEOUT, error) &&
	       (statement == NULL || db_session_execute(session, statement, error)) &&
	       (last == NULL || db_session_execute(session, last, error));
}

ImpactBarrier *
impact_barrier_new(const ScratchDatabase *database, ImpactBarrierKind kind, const DbResult *tables, GError **error)
{
	ImpactBarrier *barrier = g_new0(ImpactBarrier, 1);

	barrier->database = database;
	barrier->kind = &barrier_kinds[kind];
	barrier->tables = tables;
	barrier->holder = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (barrier->holder != NULL && barrier_lock(barrier, barrier->holder, NULL, error))
		return barrier;
	impact_barrier_free(barrier);
	return NULL;
}

/* A connection that is closed keeps its locks for a while. */
static void
barrier_open(ImpactBarrier *barrier)
{
	if (barrier->holder != NULL)
		db_session_run_cleanup(barrier->holder, "ROLLBACK");
	if (barrier->other != NULL)
		db_session_run_cleanup(barrier->other, "ROLLBACK");
	g_clear_pointer(&barrier->holder, db_session_close);
	g_clear_pointer(&barrier->other, db_session_close);
}

void
impact_barrier_free(ImpactBarrier *barrier)
{
	if (barrier == NULL)
		return;
	barrier_open(barrier);
	g_free(barrier);
}

bool
impact_barrier_is_held_by(const ImpactBarrier *barrier, int pid)
{
	return barrier != NULL && barrier->holder != NULL && db_session_backend_pid(barrier->holder) == pid;
}

/* Tables may have been dropped, or locked by other sessions. */
static bool
barrier_hand_over(ImpactBarrier *barrier, GHashTable *seen)
{
	g_autoptr(GError) error = NULL;

	if (barrier->other == NULL)
		barrier->other = scratch_database_connect(barrier->database, DB_SESSION_INTERNAL, &error);
	if (barrier->other == NULL || !barrier_lock(barrier, barrier->other, seen, &error) ||
	    !db_session_execute(barrier->holder, "ROLLBACK", &error))
		return false;
	DbSession *idle = barrier->holder;
	barrier->holder = barrier->other;
	barrier->other = idle;
	return true;
}

void
impact_barrier_move(ImpactBarrier *barrier, GHashTable *seen)
{
	if (!barrier_hand_over(barrier, seen))
		barrier_open(barrier);
}
