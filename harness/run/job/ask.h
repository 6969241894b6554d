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

#endif
