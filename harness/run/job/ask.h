/*
 * What a tool that runs its migrations itself does with a database at the base of a branch: it is tried on a copy.
 */
#ifndef RUN_JOB_ASK_H
#define RUN_JOB_ASK_H

#include "run/job/starting_point.h"

/* Has the tool apply what is pending, as a deployment does it. Sets the beginning's `refusal` when the tool will not
 * begin, and `reached` otherwise. What fails in a migration is no refusal. False with *error. */
bool run_ask_tool(const RunJob *job, RunStartingPoint *beginning, const MigrationStandIns *stand_ins, GError **error);

#endif
