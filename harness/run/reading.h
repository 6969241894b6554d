/*
 * A database that is not ours, looked at: nothing is ever written.
 */
#ifndef RUN_READING_H
#define RUN_READING_H

#include "db/session.h"

#define RUN_READING_STATEMENT_TIMEOUT 30
#define RUN_READING_LOCK_TIMEOUT      2

typedef struct {
	guint statement_timeout; /* seconds that a statement may take */
	guint lock_timeout;      /* seconds that it may wait for the lock of somebody else */
} RunReadingOptions;

/* Opens a session that is read only from its start, and one repeatable-read transaction in it, for all that is read.
 * Closing the session ends both. `options` may be NULL. NULL with *error. */
DbSession *run_reading_open(const DbEndpoint *endpoint, const RunReadingOptions *options, GError **error);

/* Makes *error say what a lock or a timeout has kept from being read, when it was that. */
void run_reading_explain(DbSession *session, GError **error);

#endif
