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
	guint lock_timeout;      /* seconds that it may wait for locks of other sessions */
} TargetReadingOptions;

/* Opens a session to which these limits apply from its first statement on. NULL with *error. */
DbSession *target_session_open(const DbEndpoint *endpoint, DbSessionPurpose purpose,
                               const TargetReadingOptions *options, GError **error);

/* Opens a session that is read only from its start, and one repeatable-read transaction in it, for all reads.
 * Row-level security is off in it: the server refuses to read a table whose policies would hide rows. Closing the
 * session ends both. `options` may be NULL. NULL with *error. */
DbSession *target_reading_open(const DbEndpoint *endpoint, const TargetReadingOptions *options, GError **error);

/* If a lock or a timeout stopped the read, adds that explanation to *error. */
void target_reading_explain(DbSession *session, GError **error);

#endif
