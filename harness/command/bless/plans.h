/*
 * The plans of a suite's queries, blessed.
 */
#ifndef COMMAND_BLESS_PLANS_H
#define COMMAND_BLESS_PLANS_H

#include "run/job/plan.h"
#include "scratch/server.h"

/* The current text of the job's file of blessed plans (*ret_before, empty if there is no file) and its new text
 * (*ret_after); the caller frees both. Plans that do not meet their conditions are left out of it, and are added to
 * `refused`, of char *. Both texts are NULL if the suite names no such file, or (with a line of output) if the
 * server is not our own. False with *error. */
bool command_bless_plans(const RunJob *job, ScratchServer *server, GPtrArray *refused, char **ret_before,
                         char **ret_after, GError **error);

#endif
