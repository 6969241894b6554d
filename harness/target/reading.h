/*
 * A database that is not ours, looked at: nothing is ever written, and no wait is without an end.
 */
#ifndef TARGET_READING_H
#define TARGET_READING_H

#include "db/session.h"

#define TARGET_READING_STATEMENT_TIMEOUT 30
#define TARGET_READING_LOCK_TIMEOUT      2

typedef struct {
	guint statement_timeout; /* seconds that a statement may take */
	guint lock_timeout;      /* seconds that it may wait for the lock of somebody else */
} TargetReadingOptions;

/* Opens a session to which these limits apply from its first statement on. NULL with *error. */
DbSession *target_session_open(const DbEndpoint *endpoint, DbSessionPurpose purpose,
                               const TargetReadingOptions *options, GError **error);

/* Opens a session that is read only from its start, and one repeatable-read transaction in it, for all that is read.
 * Policies are not applied in it: the server refuses to read what they would hide rows of. Closing the session ends
 * both. `options` may be NULL. NULL with *error. */
DbSession *target_reading_open(const DbEndpoint *endpoint, const TargetReadingOptions *options, GError **error);

/* Makes *error say what a lock or a timeout has kept from being read, when it was that. */
void target_reading_explain(DbSession *session, GError **error);

#endif
