#include "impact/outside.h"

#include "catalog/hold.h"
#include "impact/sql.h"

#include <poll.h>

/* Between two looks, in milliseconds. */
#define PAUSE_MS 1

struct ImpactOutside {
	char *backend;
	DbSession *session;
	DbSession *blocker;
	GThread *thread;
	GHashTable *locks;
	gint stop; /* atomic */
	GError *error;
};

static void
outside_free(ImpactOutside *outside)
{
	db_session_close(outside->session);
	db_session_close(outside->blocker);
	g_hash_table_unref(outside->locks);
	g_clear_error(&outside->error);
	g_free(outside->backend);
	g_free(outside);
}

/* True when the statement waits. */
static bool
outside_take(ImpactOutside *outside, const DbResult *rows)
{
	bool waits = false;

	for (int i = 0; i < db_result_rows(rows); i++) {
		const char *relation = db_result_value(rows, i, 0);
		if (relation == NULL) {
			waits = true;
			continue;
		}
		gpointer oid = GUINT_TO_POINTER((guint)g_ascii_strtoull(relation, NULL, 10));
		guint modes = GPOINTER_TO_UINT(g_hash_table_lookup(outside->locks, oid));
		modes |= (guint)g_ascii_strtoull(db_result_value(rows, i, 1), NULL, 10);
		g_hash_table_insert(outside->locks, oid, GUINT_TO_POINTER(modes));
	}
	return waits;
}

static gpointer
outside_look(gpointer data)
{
	ImpactOutside *outside = data;

	while (!g_atomic_int_get(&outside->stop) && outside->error == NULL) {
		g_autoptr(DbResult) rows = db_session_query(outside->session, &outside->error, impact_sql_waiting,
		                                            outside->backend, NULL);
		if (rows != NULL && outside_take(outside, rows))
			g_clear_pointer(&outside->blocker, db_session_close);
		poll(NULL, 0, PAUSE_MS);
	}
	/* However this ends, the statement may go on. */
	g_clear_pointer(&outside->blocker, db_session_close);
	return NULL;
}

ImpactOutside *
impact_outside_begin(const ScratchDatabase *database, int backend_pid, GError **error)
{
	ImpactOutside *outside = g_new0(ImpactOutside, 1);

	outside->backend = g_strdup_printf("%d", backend_pid);
	outside->locks = g_hash_table_new(NULL, NULL);
	outside->session = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (outside->session != NULL)
		outside->blocker = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (outside->blocker == NULL || !catalog_hold(outside->blocker, error)) {
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
