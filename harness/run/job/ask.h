/*
 * For tools that run their migrations themselves: what they do with a database at the base of a branch, tried on a
 * copy.
 */
#ifndef RUN_JOB_ASK_H
#define RUN_JOB_ASK_H

#include "run/job/starting_point.h"

/* Has the tool apply the pending migrations, like a deployment. Sets the beginning's `refusal` if the tool refuses
 * to begin, and `reached` otherwise. A failure in a migration is not a refusal. False with *error. */
bool run_ask_tool(const RunJob *job, RunStartingPoint *beginning, const MigrationStandIns *stand_ins, GError **error);

/* The same on the session's database, with the migrations of the set. `one_head`: by a command that takes several heads
 * for a mistake, where the tool has one. *ret_refusal (NULL: it does not refuse; the caller frees it) and *ret_reached
 * (NULL: a migration has failed, or it refuses; the caller releases it). False with *error. */
bool run_ask_refusal(const MigrationSet *set, bool one_head, DbSession *session, const MigrationStandIns *stand_ins,
                     char **ret_refusal, GHashTable **ret_reached, GError **error);

/* What to do about a refusal (NULL: there is none); NULL: nothing is known. */
const char *run_ask_hint(const char *refusal);

#endif
