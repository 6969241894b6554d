#include "impact/outside.h"

#include "impact/barrier.h"
#include "impact/sql.h"

#include <poll.h>

/* Between two looks, in milliseconds. */
#define PAUSE_MS   1

#define N_BARRIERS 2

struct ImpactOutside {
	char *backend;
	DbSession *session;
	DbResult *tables;
	ImpactBarrier *barriers[N_BARRIERS];
	bool waited_for[N_BARRIERS]; /* at the last look */
	GThread *thread;
	GHashTable *locks;
	gint stop; /* atomic */
	GError *error;
};

static void
outside_open(ImpactOutside *outside)
{
	for (guint i = 0; i < N_BARRIERS; i++)
		g_clear_pointer(&outside->barriers[i], impact_barrier_free);
}

static void
outside_free(ImpactOutside *outside)
{
	db_session_close(outside->session);
	outside_open(outside);
	db_result_free(outside->tables);
	g_hash_table_unref(outside->locks);
	g_clear_error(&outside->error);
	g_free(outside->backend);
	g_free(outside);
}

static void
outside_take_lock(ImpactOutside *outside, const char *relation, const char *modes)
{
	gpointer oid = GUINT_TO_POINTER((guint)g_ascii_strtoull(relation, NULL, 10));
	guint all = GPOINTER_TO_UINT(g_hash_table_lookup(outside->locks, oid));

	all |= (guint)g_ascii_strtoull(modes, NULL, 10);
	g_hash_table_insert(outside->locks, oid, GUINT_TO_POINTER(all));
}

static void
outside_take(ImpactOutside *outside, const DbResult *rows, bool *ret_waited_for)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		const char *relation = db_result_value(rows, i, 0);
		const char *number = db_result_value(rows, i, 1);
		if (relation != NULL)
			outside_take_lock(outside, relation, number);
		for (guint b = 0; relation == NULL && b < N_BARRIERS; b++)
			ret_waited_for[b] = ret_waited_for[b] ||
			                    impact_barrier_is_held_by(outside->barriers[b],
			                                              (int)g_ascii_strtoll(number, NULL, 10));
	}
}

/* One look reads the locks before it reads the waits: a statement that waited at the previous look had all its locks
 * at this one, and waits until the barrier moves. True when no further look is needed at once. */
static bool
outside_move(ImpactOutside *outside, const bool *waited_for)
{
	bool calm = true;

	for (guint i = 0; i < N_BARRIERS; i++) {
		bool moves = waited_for[i] && outside->waited_for[i];
		if (moves)
			impact_barrier_move(outside->barriers[i], outside->locks);
		outside->waited_for[i] = waited_for[i] && !moves;
		calm = calm && !waited_for[i];
	}
	return calm;
}

static gpointer
outside_look(gpointer data)
{
	ImpactOutside *outside = data;

	while (!g_atomic_int_get(&outside->stop) && outside->error == NULL) {
		bool waited_for[N_BARRIERS] = { false };
		g_autoptr(DbResult) rows = db_session_query(outside->session, &outside->error, impact_sql_waiting,
		                                            outside->backend, NULL);
		if (rows != NULL)
			outside_take(outside, rows, waited_for);
		if (rows != NULL && outside_move(outside, waited_for))
			poll(NULL, 0, PAUSE_MS);
	}
	/* However this ends, the statement may go on. */
	outside_open(outside);
	return NULL;
}

/* The second one makes those wait that have come past the first. */
static bool
outside_close(ImpactOutside *outside, const ScratchDatabase *database, bool waits, GError **error)
{
	static const ImpactBarrierKind kinds[N_BARRIERS] = { IMPACT_BARRIER_ACCESS_SHARE, IMPACT_BARRIER_SHARE };

	for (guint i = 0; i < (waits ? N_BARRIERS : 1U); i++) {
		outside->barriers[i] = impact_barrier_new(database, kinds[i], outside->tables, error);
		if (outside->barriers[i] == NULL)
			return false;
	}
	return true;
}

ImpactOutside *
impact_outside_begin(const ScratchDatabase *database, int backend_pid, bool waits, GError **error)
{
	ImpactOutside *outside = g_new0(ImpactOutside, 1);

	outside->backend = g_strdup_printf("%d", backend_pid);
	outside->locks = g_hash_table_new(NULL, NULL);
	outside->session = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (outside->session != NULL)
		outside->tables = impact_barrier_tables(outside->session, error);
	if (outside->tables == NULL || !outside_close(outside, database, waits, error)) {
		outside_free(outside);
		return NULL;
	}
	outside->thread = g_thread_new("outside", outside_look, outside);
	return outside;
}

GHashTable *
impact_outside_end(ImpactOutside *outside, GError **error)
{
	GHashTable *locks = NULL;

	g_atomic_int_set(&outside->stop, 1);
	g_thread_join(outside->thread);
	if (outside->error == NULL)
		locks = g_hash_table_ref(outside->locks);
	else
		g_propagate_error(error, g_steal_pointer(&outside->error));
	outside_free(outside);
	return locks;
}

void
impact_outside_cancel(ImpactOutside *outside)
{
	g_autoptr(GError) error = NULL;

	if (outside == NULL)
		return;
	GHashTable *locks = impact_outside_end(outside, &error);
	if (locks != NULL)
		g_hash_table_unref(locks);
}
