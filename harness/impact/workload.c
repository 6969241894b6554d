#include "impact/workload.h"

#include "base/interrupt.h"
#include "impact/sql.h"

typedef struct {
	guint relation;
	ReportLockMode mode;
} VisitorLock;

/* The modes that keep out one which a query takes, as bits: "Conflicting Lock Modes" of PostgreSQL's manual, 13.3.1. */
static const guint keep_out[] = {
	[REPORT_LOCK_ACCESS_SHARE] = 1 << REPORT_LOCK_ACCESS_EXCLUSIVE,
	[REPORT_LOCK_ROW_SHARE] = 1 << REPORT_LOCK_EXCLUSIVE | 1 << REPORT_LOCK_ACCESS_EXCLUSIVE,
	[REPORT_LOCK_ROW_EXCLUSIVE] = 1 << REPORT_LOCK_SHARE | 1 << REPORT_LOCK_SHARE_ROW_EXCLUSIVE |
	                              1 << REPORT_LOCK_EXCLUSIVE | 1 << REPORT_LOCK_ACCESS_EXCLUSIVE,
};

static void
visitor_free(gpointer data)
{
	ImpactVisitor *visitor = data;

	g_array_unref(visitor->locks);
	g_free(visitor->sql);
	g_free(visitor);
}

/* Reads the locks of its transaction. */
static bool
visitor_read_locks(ImpactVisitor *visitor, DbSession *session, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(session, error, impact_sql_visited, NULL);

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++) {
		VisitorLock lock = {
			(guint)g_ascii_strtoull(db_result_value(rows, i, 0), NULL, 10),
			(ReportLockMode)g_ascii_strtoull(db_result_value(rows, i, 1), NULL, 10),
		};
		g_array_append_val(visitor->locks, lock);
	}
	return rows != NULL;
}

/* *ret_visitor is NULL for a query that the server refuses: one of a later release. */
static bool
visitor_read(const Query *query, DbSession *session, ImpactVisitor **ret_visitor, GError **error)
{
	g_autofree char *begin = g_strdup_printf("BEGIN; PREPARE visit AS %s", query->sql);
	GError *refusal = NULL;
	bool done = true;

	*ret_visitor = NULL;
	if (db_session_execute(session, begin, &refusal)) {
		ImpactVisitor *visitor = g_new0(ImpactVisitor, 1);
		visitor->query = query;
		visitor->sql = g_strdup_printf("%s\n; ROLLBACK", begin);
		visitor->locks = g_array_new(false, false, sizeof(VisitorLock));
		done = visitor_read_locks(visitor, session, error);
		*ret_visitor = visitor;
	} else if (base_interrupted() || db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, refusal);
		return false;
	} else {
		g_error_free(refusal);
	}
	/* A statement that was prepared outlives its transaction. */
	db_session_run_cleanup(session, "ROLLBACK; DEALLOCATE ALL");
	return done;
}

GPtrArray *
impact_workload_read(const ScratchDatabase *database, const GPtrArray *queries, GError **error)
{
	g_autoptr(GPtrArray) visitors = g_ptr_array_new_with_free_func(visitor_free);

	if (queries->len == 0)
		return g_steal_pointer(&visitors);
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, error);
	for (guint i = 0; i < queries->len; i++) {
		ImpactVisitor *visitor = NULL;
		bool done = session != NULL && visitor_read(g_ptr_array_index(queries, i), session, &visitor, error);
		if (visitor != NULL)
			g_ptr_array_add(visitors, visitor);
		if (!done)
			return NULL;
	}
	return g_steal_pointer(&visitors);
}

bool
impact_visitor_waits(const ImpactVisitor *visitor, guint relation, ReportLockMode held)
{
	for (guint i = 0; i < visitor->locks->len; i++) {
		const VisitorLock *lock = &g_array_index(visitor->locks, VisitorLock, i);
		if (lock->relation == relation && (keep_out[lock->mode] & 1U << held) != 0)
			return true;
	}
	return false;
}
