/*
 * The lock of a migration tool, as the formats take it.
 */
#ifndef MIGRATION_RUNNER_ADVISORY_LOCK_H
#define MIGRATION_RUNNER_ADVISORY_LOCK_H

#include "db/session.h"

/* Time limit for a lock of another program. Another run of ours may take any time. */
#define MIGRATION_LOCK_PATIENCE ((gint64)5 * 60 * G_USEC_PER_SEC)

/* Takes the advisory lock for the session, and waits for its holder; false with *error when that is interrupted, the
 * connection is lost, or another session holds it for five minutes.
 *
 * Polls the lock. A session that waits inside pg_advisory_lock would have a snapshot, and the CREATE INDEX
 * CONCURRENTLY of the run that holds the lock would wait for that snapshot: the server would end one of the two. */
bool migration_advisory_lock(DbSession *session, gint64 key, GError **error);
/* The same with another patience, in microseconds. */
bool migration_advisory_lock_within(DbSession *session, gint64 key, gint64 patience, GError **error);

/* Gives it back. */
void migration_advisory_unlock(DbSession *session, gint64 key);

#endif
