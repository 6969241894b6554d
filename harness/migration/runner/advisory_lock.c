#include "migration/runner/advisory_lock.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <poll.h>

#define PAUSE_MS 10

/* The session that holds the lock, as text; empty if there is none. A key of eight bytes is shown in two halves. */
static char *
ask_holder(DbSession *session, gint64 key, GError **error)
{
	g_autofree char *high = g_strdup_printf("%" G_GUINT64_FORMAT, (guint64)key >> 32);
	g_autofree char *low = g_strdup_printf("%" G_GUINT64_FORMAT, (guint64)key & 0xffffffffu);

	return db_session_query_value(
	    session, error,
	    "SELECT coalesce(pg_catalog.string_agg(pg_catalog.format('process %s (%s, %s)', a.pid, a.usename,"
	    " a.application_name), ', '), '') FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)"
	    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
	    " AND l.classid = $1::pg_catalog.oid AND l.objid = $2::pg_catalog.oid AND a.datname ="
	    " pg_catalog.current_database() AND a.application_name NOT LIKE 'pgassay%'",
	    high, low, NULL);
}

/* Somebody else is not waited for without end. */
static bool
advisory_lock_check_patience(DbSession *session, gint64 key, gint64 deadline, GError **error)
{
	if (g_get_monotonic_time() < deadline)
		return true;
	g_autofree char *holder = ask_holder(session, key, error);
	if (holder == NULL || *holder == '\0')
		return holder != NULL;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, "end it, and run pgassay again",
	                      "the tool's lock could not be taken in time: %s has it", holder);
}

bool
migration_advisory_lock(DbSession *session, gint64 key, GError **error)
{
	return migration_advisory_lock_within(session, key, MIGRATION_LOCK_PATIENCE, error);
}

bool
migration_advisory_lock_within(DbSession *session, gint64 key, gint64 patience, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.pg_try_advisory_lock(%" G_GINT64_FORMAT ")", key);

	gint64 deadline = g_get_monotonic_time() + patience;

	for (;;) {
		g_autofree char *taken = db_session_query_value(session, error, sql, NULL);
		if (taken == NULL || *taken == 't')
			return taken != NULL;
		if (!advisory_lock_check_patience(session, key, deadline, error))
			return false;
		struct pollfd interrupt = { .fd = base_interrupt_fd(), .events = POLLIN };
		poll(&interrupt, 1, PAUSE_MS);
	}
}

void
migration_advisory_unlock(DbSession *session, gint64 key)
{
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.pg_advisory_unlock(%" G_GINT64_FORMAT ")", key);

	db_session_run_cleanup(session, sql);
}
