/*
 * A statement that runs outside of a transaction, looked at by another session while it runs.
 */
#ifndef IMPACT_OUTSIDE_H
#define IMPACT_OUTSIDE_H

#include "scratch/database.h"

typedef struct ImpactOutside ImpactOutside;

/* Begins to observe the session with this process id, which is idle. Even a very short lock is seen: the statement
 * waits for locks of ours until they have been looked at (impact/barrier.h); a lock that it waits for counts as
 * taken. With `waits` it waits from its first lock that blocks the writes or the DDL of others; without, as behind a
 * session that reads. Locks on indexes are seen by chance only. NULL with *error. */
ImpactOutside *impact_outside_begin(const ScratchDatabase *database, int backend_pid, bool waits, GError **error);

/* Ends it, when the statement is through. The locks by OID (guint -> bits, 1 << ReportLockMode); the caller unrefs
 * them. NULL with *error. */
GHashTable *impact_outside_end(ImpactOutside *outside, GError **error);

/* The same without a result; takes NULL. */
void impact_outside_cancel(ImpactOutside *outside);

#endif
