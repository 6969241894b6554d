/*
 * Tables that can be read without running code of their database.
 */
#ifndef TARGET_ORDINARY_H
#define TARGET_ORDINARY_H

#include "db/session.h"

/* Locks the table (ACCESS SHARE) and checks it, as the first step in the transaction of target_reading_open, so that
 * the result holds for all later reads in it. *ret_exists: there is such a relation. *ret_problem gives the reason
 * why reading it could run code of the database, as a text that follows its name ("it is a view"), owned by the
 * caller; NULL: it cannot. After a relation that does not exist, or is no table, the transaction has failed: roll
 * back to a savepoint. False with *error (BASE_ERROR_DATABASE) if the server refuses. */
bool target_ordinary_lock(DbSession *session, const char *schema, const char *table, bool *ret_exists,
                          char **ret_problem, GError **error);

#endif
