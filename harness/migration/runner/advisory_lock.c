#include "migration/runner/advisory_lock.h"

#include "base/interrupt.h"

#include <poll.h>

#define PAUSE_MS 10

bool
migration_advisory_lock(DbSession *session, gint64 key, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.pg_try_advisory_lock(%" G_GINT64_FORMAT ")", key);

	for (;;) {
		g_autofree char *taken = db_session_query_value(session, error, sql, NULL);
		if (taken == NULL || *taken == 't')
			return taken != NULL;
		struct pollfd interrupt = { .fd = base_interrupt_fd(), .events = POLLIN };
		poll(&interrupt, 1, PAUSE_MS);
	}
}

void
migration_advisory_unlock(DbSession *session, gint64 key)
{
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.pg_advisory_unlock(%" G_GINT64_FORMAT ")", key);

	db_session_undo(session, sql);
}
