/*
 * A statement that runs outside of a transaction, looked at by another session while it runs.
 */
#ifndef IMPACT_OUTSIDE_H
#define IMPACT_OUTSIDE_H

#include "scratch/database.h"

typedef struct ImpactOutside ImpactOutside;

/* Begins to look at the session with this process id, which is idle. A third session holds an old snapshot and ACCESS
 * SHARE on all tables until the statement waits for it: CREATE INDEX CONCURRENTLY and the like do after their first
 * step, and whoever needs ACCESS EXCLUSIVE at once. So what they lock is seen, however quick they are. NULL with
 * *error. */
ImpactOutside *impact_outside_begin(const ScratchDatabase *database, int backend_pid, GError **error);

/* Ends it, when the statement is through. The locks by OID (guint -> bits, 1 << ReportLockMode); the caller unrefs
 * them. NULL with *error. */
GHashTable *impact_outside_end(ImpactOutside *outside, GError **error);

/* The same without a result; takes NULL. */
void impact_outside_cancel(ImpactOutside *outside);

#endif
